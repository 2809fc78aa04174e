//! Deprivation decile of a small area (LSOA), for IMD 2019 and IMD 2025, whichever LSOA vintage an extract carries.
