//! Tests across the measures.
