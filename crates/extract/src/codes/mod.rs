//! Code lists: the values a coded field may take, from `definitions/code-lists/*.toml`.

mod list;

pub use list::{Code, CodeList, CodeListError};
