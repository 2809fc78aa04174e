//! The cube as a Parquet file, marked as exact, in a folder that only its owner can open.
