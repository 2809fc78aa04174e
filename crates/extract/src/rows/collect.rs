//! Reading the columns of all units into one table of distinct values each.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::count::ExtractError;
use crate::engine::{EngineError, Progress};
use crate::readers::{Chunk, ColumnRequest, Raw, Unit};

/// The columns of an extract.
pub(super) struct Read {
    pub rows: usize,
    /// For each column, its distinct values in order of first sight.
    pub values: Vec<Vec<Raw>>,
    /// For each column, the position of every row's value.
    pub ids: Vec<Vec<u32>>,
    /// Rows that could not be read as rows, by reason.
    pub broken: Vec<(&'static str, u64)>,
    /// Rows read from each file.
    pub file_rows: Vec<(String, u64)>,
}

/// Reads the units on all cores and joins them in their order, so that the result does not depend on the cores.
pub(super) fn collect(
    requests: &[ColumnRequest],
    units: &[Box<dyn Unit>],
    progress: &dyn Progress,
) -> Result<Read, ExtractError> {
    let parts: Vec<Read> = units.par_iter().map(|unit| read(requests, &**unit, progress)).collect::<Result<_, _>>()?;
    let columns = requests.len();
    let mut all = Read {
        rows: 0,
        values: vec![Vec::new(); columns],
        ids: vec![Vec::new(); columns],
        broken: Vec::new(),
        file_rows: Vec::new(),
    };
    let mut known: Vec<HashMap<Raw, u32>> = vec![HashMap::new(); columns];
    for part in parts {
        all.rows += part.rows;
        for (name, rows) in part.file_rows {
            match all.file_rows.last_mut() {
                Some(last) if last.0 == name => last.1 += rows,
                _ => all.file_rows.push((name, rows)),
            }
        }
        for (reason, rows) in part.broken {
            match all.broken.iter_mut().find(|(own, _)| *own == reason) {
                Some(own) => own.1 += rows,
                None => all.broken.push((reason, rows)),
            }
        }
        for (column, (values, ids)) in part.values.into_iter().zip(part.ids).enumerate() {
            let (own, known) = (&mut all.values[column], &mut known[column]);
            let place: Vec<u32> = values.into_iter().map(|value| intern(own, known, value)).collect();
            all.ids[column].extend(ids.into_iter().map(|id| place[id as usize]));
        }
    }
    Ok(all)
}

fn intern(values: &mut Vec<Raw>, known: &mut HashMap<Raw, u32>, value: Raw) -> u32 {
    if let Some(id) = known.get(&value) {
        return *id;
    }
    // The readers bound the distinct values of a column far below 2^32.
    let id = u32::try_from(values.len()).unwrap_or(u32::MAX);
    values.push(value.clone());
    known.insert(value, id);
    id
}

fn read(requests: &[ColumnRequest], unit: &dyn Unit, progress: &dyn Progress) -> Result<Read, ExtractError> {
    let mut reader = unit.open(requests)?;
    let mut chunk = Chunk::default();
    let mut part = Read {
        rows: 0,
        values: Vec::new(),
        ids: vec![Vec::new(); requests.len()],
        broken: Vec::new(),
        file_rows: Vec::new(),
    };
    let mut broken = 0;
    loop {
        if progress.cancelled() {
            return Err(EngineError::Cancelled.into());
        }
        if !reader.next_chunk(&mut chunk)? {
            break;
        }
        for (own, ids) in part.ids.iter_mut().zip(&chunk.columns) {
            own.extend_from_slice(&ids[..chunk.rows]);
        }
        for (_, reason) in &chunk.broken {
            match part.broken.iter_mut().find(|(own, _)| own == reason) {
                Some(own) => own.1 += 1,
                None => part.broken.push((reason, 1)),
            }
        }
        part.rows += chunk.rows;
        broken += chunk.broken.len();
        progress.rows((chunk.rows + chunk.broken.len()) as u64);
    }
    part.values = (0..requests.len()).map(|column| reader.values(column).clone()).collect();
    part.file_rows.push((unit.file().to_owned(), (part.rows + broken) as u64));
    Ok(part)
}
