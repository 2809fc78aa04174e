//! What is counted, how small counts are withheld, what a score weighs: seen, proposed, approved by a second person.

pub mod judge;
pub mod list;
pub mod propose;
pub mod show;

/// The pages above those of a definition.
fn above() -> Vec<(String, String)> {
    vec![("/".to_owned(), "Home".to_owned()), ("/definitions".to_owned(), "Definitions".to_owned())]
}

/// A name that may stand in an address and be a definition's id.
fn is_id(name: &str) -> bool {
    !name.is_empty() && name.len() <= 60 && name.chars().all(|own| own.is_ascii_alphanumeric() || own == '-')
}
