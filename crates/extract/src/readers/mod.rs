//! Readers: any supported file becomes a stream of chunks of coded columns.
//!
//! [`open`] takes files, folders and archives and gives an [`Extract`]: its files with their headers, and units of work that
//! can be read by several threads. What a value means is the same in every format ([`Meaning`]).
//!
//! Text files: the encoding is the file's. UTF-8 and Windows-1252 are told apart by the majority of the sampled lines that
//! have a byte above 127; a row of a requested column in the other encoding is rejected, with its line. Where all samples are
//! ASCII, each value is read as UTF-8 if it can be and as Windows-1252 if not.

mod archive;
mod chunk;
mod fault;
mod fhir;
mod format;
mod hash;
mod header;
mod limits;
mod open;
pub mod parquet;
mod sheet;
mod text;
mod values;

pub use chunk::{Chunk, ChunkReader, ColumnKind, ColumnRequest, Raw, ReadError, Unit, ValueTable};
pub use format::is_data;
pub use hash::sha256;
pub use header::{clean, find_column};
pub use limits::Limits;
pub use open::{Extract, ExtractFile, Skipped, open};
pub use values::Meaning;
