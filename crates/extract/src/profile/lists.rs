//! The code lists that are embedded in the program, and the list of codes that a field may take.

use super::{Codes, Field};
use crate::codes::{Code, CodeList, CodeListError};

macro_rules! shipped {
    ($($id:literal),* $(,)?) => {
        [$(($id, include_str!(concat!("../../../../definitions/code-lists/", $id, ".toml")))),*]
    };
}

/// Id and text of every shipped code list.
const SHIPPED: [(&str, &str); 27] = shipped![
    "admission-method",
    "admission-offer-outcome",
    "attendance",
    "delivery-method",
    "disability",
    "discharge-method",
    "emergency-attendance-category",
    "emergency-department-type",
    "emergency-discharge-status",
    "ethnic-category",
    "first-attendance",
    "first-feed",
    "friends-and-family-response",
    "leaving-reason",
    "outcome-of-attendance",
    "patient-classification",
    "pay-band",
    "pregnancy-outcome",
    "priority-type",
    "sex",
    "sexual-orientation",
    "smoking-status",
    "staff-group",
    "treatment-function",
    "waiting-list-type",
    "wres-ethnicity",
    "yes-no",
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
