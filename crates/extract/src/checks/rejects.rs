//! The rejects file: one line of CSV for every rejected row, with the class of its value and never the value.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::engine::{EngineError, Reject, RejectSink};

/// Rejected rows are not wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRejects;

impl RejectSink for NoRejects {
    fn reject(&self, _: Reject<'_>) -> Result<(), EngineError> {
        Ok(())
    }
}

/// Writes rejected rows as CSV: `file,line,field,reason,value_class`.
///
/// Threads write as they go, so the order of the lines is not fixed; sorted, they are always the same.
pub struct RejectsFile<W: Write + Send> {
    writer: Mutex<csv::Writer<W>>,
}

impl RejectsFile<File> {
    /// Begins a file.
    pub fn create(path: &Path) -> Result<Self, EngineError> {
        let file = File::create(path).map_err(|error| EngineError::Rejects(format!("{}: {error}", path.display())))?;
        Self::new(file)
    }
}

impl<W: Write + Send> RejectsFile<W> {
    /// Begins with the header.
    pub fn new(writer: W) -> Result<Self, EngineError> {
        let mut writer = csv::WriterBuilder::new().buffer_capacity(1 << 16).from_writer(writer);
        writer.write_record(["file", "line", "field", "reason", "value_class"]).map_err(|error| failed(&error))?;
        Ok(Self { writer: Mutex::new(writer) })
    }

    /// Writes what is still held back; must be called at the end, since only then a full disk is noticed.
    pub fn finish(self) -> Result<W, EngineError> {
        let writer = self.writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        writer.into_inner().map_err(|error| EngineError::Rejects(error.error().to_string()))
    }
}

impl<W: Write + Send> RejectSink for RejectsFile<W> {
    fn reject(&self, reject: Reject<'_>) -> Result<(), EngineError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let line = reject.line.to_string();
        writer
            .write_record([reject.file, &line, reject.field, reject.reason, &reject.value_class])
            .map_err(|error| failed(&error))
    }
}

fn failed(error: &csv::Error) -> EngineError {
    EngineError::Rejects(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::RejectsFile;
    use crate::engine::{EngineError, Reject, RejectSink};

    fn reject() -> Reject<'static> {
        Reject { file: "a, b.csv", line: 7, field: "age", reason: "nothing recorded", value_class: "empty".into() }
    }

    #[test]
    fn rows_are_written_as_csv() {
        let rejects = RejectsFile::new(Vec::new()).unwrap();
        rejects.reject(reject()).unwrap();
        let text = String::from_utf8(rejects.finish().unwrap()).unwrap();
        assert_eq!(text, "file,line,field,reason,value_class\n\"a, b.csv\",7,age,nothing recorded,empty\n");
    }

    #[test]
    fn a_full_disk_is_told() {
        struct Full;
        impl std::io::Write for Full {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let rejects = RejectsFile::new(Full).unwrap();
        rejects.reject(reject()).unwrap();
        assert!(matches!(rejects.finish(), Err(EngineError::Rejects(_))));
    }
}
