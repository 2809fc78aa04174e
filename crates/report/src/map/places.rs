//! Where places lie: wards of 2024, local authorities, integrated care boards and sub-ICB locations of 2022, trusts, by their codes.
//!
//! SOURCE: Office for National Statistics, population-weighted centroids and lookups; NHS trusts' own points (data/SOURCES.md).

use std::collections::HashMap;
use std::sync::LazyLock;

static PLACES: LazyLock<HashMap<&'static str, (f64, f64)>> = LazyLock::new(|| {
    let files =
        [include_str!("../../../../data/lookups/places22.csv"), include_str!("../../../../data/lookups/wards24.csv")];
    let lines = files.into_iter().flat_map(|file| file.lines().skip(1));
    let read = |line: &'static str| {
        let mut parts = line.split(',');
        let (code, east, north) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some((code, (east, north)))
    };
    lines.filter_map(read).collect()
});

/// Kilometres east and north on the national grid of the place with a code, in any letters.
pub fn of(code: &str) -> Option<(f64, f64)> {
    PLACES.get(code.trim().to_ascii_uppercase().as_str()).copied()
}

#[cfg(test)]
mod tests {
    #[test]
    fn places_lie_where_they_are() {
        let near = |code: &str, east: f64, north: f64| {
            let (x, y) = super::of(code).unwrap_or_default();
            (x - east).abs() < 8.0 && (y - north).abs() < 8.0
        };
        assert!(near("E08000032", 413.0, 435.0), "Bradford");
        assert!(near("rae", 413.0, 434.0), "Bradford Teaching Hospitals");
        assert!(near("E06000052", 177.0, 50.0) || super::of("E06000052").is_some_and(|(x, _)| x < 230.0), "Cornwall");
        assert!(near("E09000033", 528.0, 181.0), "Westminster");
        assert!(near("E05001341", 413.0, 433.0), "a ward of Bradford");
        assert_eq!(super::of("E01000001"), None);
        assert!(super::PLACES.len() > 7_500, "every line is read");
    }
}
