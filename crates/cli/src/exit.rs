//! How the program ends: the message on standard error and the exit status.

use std::io;
use std::process::ExitCode;

use crate::interrupt;

/// Wrong usage that only shows once the arguments have been looked at together.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// Prints what went wrong, once and plainly, and says so in the exit status.
pub fn code(result: anyhow::Result<()>) -> ExitCode {
    let Err(error) = result else { return ExitCode::SUCCESS };
    if is_closed_pipe(&error) {
        return ExitCode::SUCCESS;
    }
    eprintln!("error: {error:#}");
    if error.is::<Usage>() {
        return ExitCode::from(2);
    }
    if interrupt::requested() {
        return ExitCode::from(130);
    }
    ExitCode::from(1)
}

/// Whether the reader of our output went away (`evenly … | head`), which is no error.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe))
}
