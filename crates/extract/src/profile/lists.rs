//! The code lists that are embedded in the program, and the list of codes that a field may take.

use super::{Codes, Field};
use crate::codes::{Code, CodeList, CodeListError};

/// Id and text of every shipped code list.
const SHIPPED: [(&str, &str); 6] = [
    ("attendance", include_str!("../../../../definitions/code-lists/attendance.toml")),
    ("ethnic-category", include_str!("../../../../definitions/code-lists/ethnic-category.toml")),
    ("first-attendance", include_str!("../../../../definitions/code-lists/first-attendance.toml")),
    ("outcome-of-attendance", include_str!("../../../../definitions/code-lists/outcome-of-attendance.toml")),
    ("sex", include_str!("../../../../definitions/code-lists/sex.toml")),
    ("treatment-function", include_str!("../../../../definitions/code-lists/treatment-function.toml")),
];

/// Ids of the shipped code lists.
pub fn list_ids() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(id, _)| *id)
}

/// A shipped code list, `None` if there is none of that id.
pub fn shipped_list(id: &str) -> Result<Option<CodeList>, CodeListError> {
    SHIPPED.iter().find(|(own, _)| *own == id).map(|(own, toml)| CodeList::parse(own, toml)).transpose()
}

impl Field {
    /// The codes that the field may take, from a shipped list or written in the profile; `None` for fields without codes.
    pub fn code_list(&self, name: &str) -> Result<Option<CodeList>, CodeListError> {
        match &self.codes {
            None => Ok(None),
            Some(Codes::Inline(codes)) => Ok(Some(inline_list(&self.title(name), codes))),
            Some(Codes::List(id)) => match shipped_list(id)? {
                Some(list) => Ok(Some(list)),
                None => Err(CodeListError {
                    name: id.clone(),
                    reason: format!("there is no such list; there are {}", list_ids().collect::<Vec<_>>().join(", ")),
                }),
            },
        }
    }
}

/// Codes written in a profile, as a list.
fn inline_list(title: &str, codes: &[Code]) -> CodeList {
    CodeList {
        id: String::new(),
        title: title.to_owned(),
        version: 1,
        source: "codes written in the profile".to_owned(),
        date: String::new(),
        national_characters: None,
        codes: codes.to_vec(),
    }
}
