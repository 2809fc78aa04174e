//! Findings become words, charts, tables and documents. Cannot see people.
