//! Why a run came to nothing, for a reader: without the names of columns that were found, because the first line of a file without
//! headers holds somebody's values.

use evenly_extract::count::ExtractError;
use evenly_extract::readers::ReadError;

/// Where the names of columns can be looked at.
const ADVICE: &str = "Its first line must hold the names of its columns; `evenly check` on the file itself shows them";

/// The reason of an error.
pub fn reason(error: &anyhow::Error) -> String {
    match error.downcast_ref::<ExtractError>() {
        Some(ExtractError::WrongProfile { file, profile, missing, advice, .. }) => {
            format!("{file}: the profile `{profile}` does not fit. It needs {missing}. {advice}. {ADVICE}")
        }
        Some(ExtractError::Read(error)) => of_file(error),
        Some(_) => format!("{error:#}"),
        None => error.downcast_ref().map_or_else(|| format!("{error:#}"), of_file),
    }
}

fn of_file(error: &ReadError) -> String {
    match error {
        ReadError::MissingColumn { file, column, .. } => format!("{file}: there is no column `{column}`. {ADVICE}"),
        ReadError::Several { errors } => errors.iter().map(of_file).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}
