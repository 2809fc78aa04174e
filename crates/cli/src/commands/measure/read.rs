//! A CSV file as the table that a method reads.
//!
//! Files without quotes, which is nearly all, are cut into pieces at ends of lines and read on all cores; whatever is not
//! plain, or wrong, goes to the `csv` crate, which knows every rule and says what is the matter.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use evenly_stats::{Table, Value};
use rayon::prelude::*;

/// Length of a piece in bytes: its rows and their answers stay in a core's cache.
const PIECE: usize = 1 << 18;

/// The bytes of a file, or of standard input (`-`), without byte order mark.
pub fn bytes(name: &str) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if name == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes).context("standard input cannot be read")?;
    } else {
        bytes = std::fs::read(Path::new(name)).with_context(|| format!("{name}: cannot be read"))?;
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    if bytes.is_empty() {
        bail!("{name}: the file is empty; it needs a header and at least one row");
    }
    Ok(bytes)
}

/// The whole table.
pub fn table(bytes: &[u8]) -> anyhow::Result<Table> {
    let plain = Plain::new(bytes).and_then(|plain| Some((plain.columns()?, plain.names)));
    match plain {
        Some((columns, names)) => Ok(Table::new(names.into_iter().zip(columns).collect())?),
        None => by_the_rules(bytes),
    }
}

/// A file without quotes, with one header and line ends of one or two characters.
pub struct Plain<'a> {
    /// The header.
    pub names: Vec<String>,
    body: &'a str,
}

type Columns = Vec<Vec<Value>>;

impl<'a> Plain<'a> {
    /// The file, if it is plain.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('"'))?;
        if memchr::memchr_iter(b'\r', bytes).any(|place| bytes.get(place + 1) != Some(&b'\n')) {
            return None;
        }
        let (header, body) = text.split_once('\n')?;
        let names: Vec<String> = header.split(',').map(|name| name.trim().to_owned()).collect();
        let twice = names.iter().enumerate().any(|(place, name)| names[..place].contains(name));
        (!header.trim().is_empty() && !twice).then_some(Self { names, body })
    }

    /// The lines after the header in pieces.
    pub fn pieces(&self) -> Vec<&'a str> {
        let mut pieces = Vec::with_capacity(self.body.len() / PIECE + 1);
        let mut rest = self.body;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', &rest.as_bytes()[PIECE.min(rest.len())..]);
            let (piece, others) = rest.split_at(end.map_or(rest.len(), |end| PIECE + end + 1));
            pieces.push(piece);
            rest = others;
        }
        pieces
    }

    /// The columns of a piece; `None` where a line has more or fewer fields than the header.
    pub fn read(&self, piece: &str) -> Option<Columns> {
        let rows = memchr::memchr_iter(b'\n', piece.as_bytes()).count() + 1;
        let mut columns: Columns = self.names.iter().map(|_| Vec::with_capacity(rows)).collect();
        for line in piece.split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            let mut rest = Some(line);
            for column in &mut columns {
                let (cell, others) = match memchr::memchr(b',', rest?.as_bytes()) {
                    Some(place) => (&rest?[..place], Some(&rest?[place + 1..])),
                    None => (rest?, None),
                };
                column.push(value(cell.trim()));
                rest = others;
            }
            if rest.is_some() {
                return None;
            }
        }
        Some(columns)
    }

    fn columns(&self) -> Option<Columns> {
        let pieces: Vec<Columns> =
            self.pieces().into_par_iter().map(|piece| self.read(piece)).collect::<Option<_>>()?;
        let mut pieces = pieces.into_iter();
        let mut whole = pieces.next().unwrap_or_else(|| self.names.iter().map(|_| Vec::new()).collect());
        for piece in pieces {
            whole.iter_mut().zip(piece).for_each(|(column, more)| column.extend(more));
        }
        Some(whole)
    }
}

fn by_the_rules(bytes: &[u8]) -> anyhow::Result<Table> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    if let Some((_, name)) = names.iter().enumerate().find(|(position, name)| names[..*position].contains(name)) {
        bail!("column `{name}` stands twice in the header; rename one of the two");
    }
    let mut columns: Columns = vec![Vec::new(); names.len()];
    for record in reader.records() {
        for (column, cell) in columns.iter_mut().zip(record?.iter()) {
            column.push(value(cell));
        }
    }
    Ok(Table::new(names.into_iter().zip(columns).collect())?)
}

fn value(cell: &str) -> Value {
    if let Some(number) = short_whole(cell) {
        return Value::Number(number);
    }
    match cell {
        "" | "NA" | "null" | "NULL" => Value::Missing,
        // `nan` and `inf` would parse as numbers; they stay text, so that methods refuse them by row and column.
        _ => match cell.parse::<f64>() {
            Ok(number) if number.is_finite() => Value::Number(number),
            _ => Value::Text(cell.to_owned()),
        },
    }
}

/// A whole number of so few digits that none can be lost.
fn short_whole(cell: &str) -> Option<f64> {
    let digits = cell.as_bytes();
    if digits.is_empty() || digits.len() > 15 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0_u64, |number, digit| number * 10 + u64::from(digit - b'0')) as f64)
}

#[cfg(test)]
mod tests {
    use evenly_stats::Value;

    use super::{PIECE, Plain, by_the_rules, table};

    #[test]
    fn plain_files_are_read_as_the_rules_read_them() {
        let texts = [
            "a,b\n1,x\n2.50, y \nNA,\n",
            "a , b\r\n1,x\r\n\r\n-0,1e3\r\n007,0.1",
            "a,b\n1,nan\n2,inf\n3,9007199254740993\n4,123456789012345\n",
            "a\n1\n\n \n2\n",
            "a,b\n",
        ];
        for text in texts {
            assert!(Plain::new(text.as_bytes()).is_some(), "{text}");
            let (own, rules) =
                (table(text.as_bytes()).expect("a table"), by_the_rules(text.as_bytes()).expect("a table"));
            assert_eq!(own.names(), rules.names());
            for name in own.names() {
                assert_eq!(own.column(name).expect("a column"), rules.column(name).expect("a column"), "{text}");
            }
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_rules() {
        for text in ["a,b\n\"1,2\",x\n", "a,b\r1,x\r", "\na,b\n1,2\n", "a,a\n1,2\n", "a,b"] {
            assert!(Plain::new(text.as_bytes()).is_none(), "{text}");
        }
        for text in ["a,b\n1\n", "a,b\n1,2,3\n"] {
            assert!(Plain::new(text.as_bytes()).expect("plain").columns().is_none(), "{text}");
            assert!(table(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn pieces_hold_every_line_once() {
        let lines = PIECE / 4;
        let numbers: Vec<String> = (0..lines).map(|line| line.to_string()).collect();
        let text = format!("number\n{}\n", numbers.join("\n"));
        assert!(Plain::new(text.as_bytes()).expect("plain").pieces().len() > 1);
        let table = table(text.as_bytes()).expect("a table");
        let numbers: Vec<Value> = (0..lines).map(|line| Value::Number(line as f64)).collect();
        assert_eq!(table.column("number").expect("a column"), numbers);
    }
}
