//! The European Standard Population 2013.

/// Weights of the 19 five-year bands 0–4 … 85–89, 90+, summing to 100,000.
///
/// Source: Eurostat, *Revision of the European Standard Population* (2013), table 9, p. 121.
pub const ESP_2013: [f64; 19] = [
    5000.0, 5500.0, 5500.0, 5500.0, 6000.0, 6000.0, 6500.0, 7000.0, 7000.0, 7000.0, 7000.0, 6500.0, 6000.0, 5500.0,
    5000.0, 4000.0, 2500.0, 1500.0, 1000.0,
];

/// The weight of a five-year band by its label: `0-4`, `00-04`, `85-89`, `90+`; an open `85+` holds both oldest bands.
pub fn esp_2013_weight(label: &str) -> Option<f64> {
    let digits: String = label.trim().chars().take_while(char::is_ascii_digit).collect();
    let from: usize = digits.parse().ok()?;
    let rest = label.trim()[digits.len()..].trim();
    let open = rest.starts_with('+') || rest.starts_with("and over") || rest.starts_with("plus");
    if !from.is_multiple_of(5) || from > 90 {
        return None;
    }
    let place = from / 5;
    if open {
        return Some(ESP_2013[place..].iter().sum());
    }
    let to: usize = rest.trim_start_matches(['-', '–', ' ']).trim_start_matches("to ").trim().parse().ok()?;
    (to == from + 4).then(|| ESP_2013[place])
}

#[cfg(test)]
mod tests {
    use super::{ESP_2013, esp_2013_weight};

    #[test]
    fn labels_find_their_weights_and_the_sum_is_a_hundred_thousand() {
        assert!((ESP_2013.iter().sum::<f64>() - 100_000.0).abs() < 1e-9);
        for (label, weight) in
            [("0-4", 5000.0), ("05–09", 5500.0), ("40 to 44", 7000.0), ("90+", 1000.0), ("85+", 2500.0)]
        {
            assert_eq!(esp_2013_weight(label), Some(weight), "{label}");
        }
        for label in ["", "1-4", "0-9", "under 5", "95+", "all"] {
            assert_eq!(esp_2013_weight(label), None, "{label}");
        }
    }
}
