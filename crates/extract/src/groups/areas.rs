//! The five clinical areas of `Core20PLUS5`, with their aims as they were worded on a day.

use serde::Deserialize;

use super::GroupError;

/// The five areas for adults or for children.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Areas {
    /// `adults` or `children`.
    pub id: String,
    /// Title for a reader.
    pub title: String,
    /// Counts up when the wording changes: aims have been reworded.
    pub version: u32,
    /// Publication and page.
    pub source: String,
    /// Day the wording was taken, ISO.
    pub date: String,
    /// The areas, in the publication's order.
    pub areas: Vec<Area>,
}

/// One clinical area.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Its name.
    pub title: String,
    /// The aim as stated.
    pub aim: String,
    /// What a reader must know of the wording.
    #[serde(default)]
    pub note: Option<String>,
    /// Ids of the shipped indicators that speak to it.
    #[serde(default)]
    pub indicators: Vec<String>,
}

const SHIPPED: [(&str, &str); 2] = [
    ("adults", include_str!("../../../../definitions/core20plus5/adults.toml")),
    ("children", include_str!("../../../../definitions/core20plus5/children.toml")),
];

/// The areas for adults and for children.
pub fn shipped_areas() -> Result<Vec<Areas>, GroupError> {
    let each = SHIPPED.iter().map(|(id, text)| {
        toml::from_str(text)
            .map_err(|error: toml::de::Error| GroupError { name: (*id).to_owned(), reason: error.message().to_owned() })
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::shipped_areas;

    #[test]
    fn there_are_five_areas_each_and_their_indicators_are_there() {
        let indicators = evenly_cube::shipped_indicators().unwrap();
        for areas in shipped_areas().unwrap() {
            assert_eq!(areas.areas.len(), 5, "{}", areas.id);
            for id in areas.areas.iter().flat_map(|area| &area.indicators) {
                assert!(indicators.iter().any(|own| own.id == *id), "{id}");
            }
        }
    }
}
