//! Person-level extracts: profiles, readers, checks, derived fields, and counting people into a cube.
