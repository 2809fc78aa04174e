//! The appointments of one file as chunks of ids.

use std::sync::Arc;

use super::json::Fields;
use super::lines::Lines;
use super::patients::Patients;
use super::resource::appointment;
use super::{FhirFile, HEADERS};
use crate::readers::chunk::{Chunk, ChunkReader, ColumnRequest, ReadError, Unit, ValueTable};
use crate::readers::header::find_column;
use crate::readers::limits::Limits;
use crate::readers::text::rows::{CHUNK_ROWS, clear, note_line};
use crate::readers::text::sniff::Encoding;
use crate::readers::values::{Column, Fault};

/// A file of appointments as a unit of work.
pub(super) struct AppointmentUnit {
    pub file: FhirFile,
    pub patients: Arc<Patients>,
    pub limits: Limits,
}

impl Unit for AppointmentUnit {
    fn file(&self) -> &str {
        &self.file.name
    }

    fn open(&self, columns: &[ColumnRequest]) -> Result<Box<dyn ChunkReader + '_>, ReadError> {
        let headers = HEADERS.map(str::to_owned);
        let requested = columns
            .iter()
            .map(|request| {
                let place = find_column(&self.file.name, &headers, &request.header)?;
                Ok((place, Column::new(request, Encoding::Utf8, self.limits.distinct_values)))
            })
            .collect::<Result<_, ReadError>>()?;
        let lines = Lines::open(&self.file, &self.limits)?;
        let values = std::array::from_fn(|_| String::new());
        Ok(Box::new(Appointments { unit: self, lines, requested, values }))
    }
}

struct Appointments<'a> {
    unit: &'a AppointmentUnit,
    lines: Lines,
    /// Place among the headers, and the column.
    requested: Vec<(usize, Column)>,
    values: [String; HEADERS.len()],
}

impl ChunkReader for Appointments<'_> {
    fn next_chunk(&mut self, chunk: &mut Chunk) -> Result<bool, ReadError> {
        clear(chunk, self.requested.len(), 1);
        while chunk.rows + chunk.broken.len() < CHUNK_ROWS
            && let Some((line, bytes)) = self.lines.next()?
        {
            let read = Fields::of(bytes).and_then(|fields| appointment(&fields, &self.unit.patients, &mut self.values));
            if let Err(wrong) = read {
                chunk.broken.push((line, wrong.0));
                continue;
            }
            for ((place, column), ids) in self.requested.iter_mut().zip(&mut chunk.columns) {
                let id = column.id_of(self.values[*place].as_bytes());
                ids.push(id.map_err(|fault| too_many(self.unit, line, *place, fault))?);
            }
            note_line(chunk, line);
        }
        Ok(chunk.rows + chunk.broken.len() > 0)
    }

    fn values(&self, column: usize) -> &ValueTable {
        self.requested[column].1.values()
    }
}

/// JSON is UTF-8, so the only fault is too many values.
fn too_many(unit: &AppointmentUnit, line: u64, place: usize, _: Fault) -> ReadError {
    ReadError::Limit {
        file: unit.file.name.clone(),
        line: Some(line),
        reason: format!("`{}` has more than {} different values", HEADERS[place], unit.limits.distinct_values),
    }
}
