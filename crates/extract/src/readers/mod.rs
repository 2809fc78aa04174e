//! Readers: any supported file becomes a stream of chunks of coded columns.

mod chunk;

pub use chunk::{Chunk, ChunkReader, ColumnKind, ColumnRequest, Raw, ReadError, Unit, ValueTable};
