//! Statistics for measuring inequality: numbers in, numbers out.
