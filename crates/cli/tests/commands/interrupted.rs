//! A full disk or Ctrl-C leaves no partial output.
#![cfg(unix)]

use std::process::{Command, Stdio};

use crate::sandbox::{Sandbox, appointments};

#[test]
fn a_full_disk_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    sandbox.write("appointments.csv", appointments(2_000));
    // Files may not grow beyond 8 KiB; writing more fails as it does on a full disk.
    let script = format!(
        "trap '' XFSZ; ulimit -f 16; exec '{}' analyse appointments.csv --profile sus-outpatient --out report",
        env!("CARGO_BIN_EXE_evenly")
    );
    let output = Command::new("sh").arg("-c").arg(script).current_dir(sandbox.path()).output().expect("sh runs");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("cannot be written"), "{message}");
    assert_eq!(sandbox.names(), ["appointments.csv"]);
}

#[test]
fn ctrl_c_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    sandbox.write("appointments.csv", appointments(1_500_000));
    let mut command = sandbox.command();
    command.args(["analyse", "appointments.csv", "--profile", "sus-outpatient", "--out", "report"]);
    let mut running = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("evenly starts");
    // The hidden folder appears once Ctrl-C is being listened for, long before so many rows are counted.
    while sandbox.names().len() < 2 {
        assert!(
            running.try_wait().expect("the process can be asked").is_none(),
            "ended before it could be interrupted"
        );
        std::thread::yield_now();
    }
    let killed = Command::new("kill").args(["-INT", &running.id().to_string()]).status().expect("kill runs");
    assert!(killed.success());
    let output = running.wait_with_output().expect("evenly ends");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{message}");
    assert_eq!(message, "error: stopped on request; nothing was written\n");
    assert_eq!(sandbox.names(), ["appointments.csv"]);
}
