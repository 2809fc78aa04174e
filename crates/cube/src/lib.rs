//! The cube of counts: dimensions, cells, indicators, and the one gate from exact to releasable.
