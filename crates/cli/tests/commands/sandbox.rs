//! An empty folder to run `evenly` in, and small extracts to run it on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder of its own.
pub struct Sandbox(TempDir);

/// What a command left.
#[derive(Debug)]
pub struct Outcome {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Sandbox {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("the folder can be made");
        fs::write(&path, bytes).expect("the file can be written");
        path
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_evenly"));
        command.current_dir(self.path());
        command
    }

    pub fn evenly(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(self.command().args(arguments).output().expect("evenly runs"))
    }

    /// Everything in the folder, hidden files too.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).expect("the folder is readable").flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    pub fn json(&self, name: &str) -> serde_json::Value {
        let text = fs::read_to_string(self.path().join(name)).expect("the file is there");
        serde_json::from_str(&text).expect("the file is JSON")
    }
}

impl Outcome {
    /// What a command left that has ended.
    pub fn of(output: Output) -> Self {
        Self {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }

    /// The exit status and the message, for a snapshot.
    pub fn message(&self) -> String {
        format!("exit {}\n{}", self.status.map_or_else(|| "by signal".to_owned(), |code| code.to_string()), self.stderr)
    }

    pub fn expect_success(self) -> Self {
        assert_eq!(self.status, Some(0), "{}{}", self.stdout, self.stderr);
        self
    }
}

pub const SUS_HEADER: &str = "Appointment_Date,Attendance_Status,First_Attendance,Outcome_of_Attendance,Ethnic_Category,Sex,Age_at_CDS_Activity_Date,Der_Postcode_LSOA_2011_Code,Treatment_Function_Code\n";

/// Made-up appointments over a year in which people of the most deprived area miss twice as many.
pub fn appointments(rows: usize) -> String {
    let mut text = String::from(SUS_HEADER);
    for row in 0..rows {
        let deprived = row % 3 == 0;
        let missed = row % if deprived { 7 } else { 17 } == 0;
        let status = if missed { 3 } else { 5 };
        let lsoa = if deprived { "E01021988" } else { "E01000002" };
        let ethnicity = ["A", "H", "N", "Z", "99"][row % 5];
        let (month, day) = (row % 12 + 1, row % 28 + 1);
        let (sex, age) = (row % 2 + 1, 18 + row % 60);
        text.push_str(&format!("2024-{month:02}-{day:02},{status},1,1,{ethnicity},{sex},{age},{lsoa},100\n"));
    }
    text
}

/// A file of the reference data beside the checkout; `None`, said aloud, where it is absent.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if path.exists() {
        return path.canonicalize().ok();
    }
    eprintln!("skipped: {name} is not beside this checkout");
    None
}
