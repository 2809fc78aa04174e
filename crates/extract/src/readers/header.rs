//! Finding a profile's column among the headers of a file.

use super::chunk::ReadError;

/// A header as it is shown and compared: without byte-order mark, non-breaking and other white space around it.
pub fn clean(header: &str) -> String {
    header.trim_matches(is_blank).to_owned()
}

/// White space of any kind, and the byte-order mark that some programs leave in the middle of files.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}')
}

/// What is left of a header when case, spaces, underscores, hyphens and dots are not looked at.
fn bare(header: &str) -> String {
    header.chars().filter(|c| !is_blank(*c) && !matches!(c, '_' | '-' | '.')).flat_map(char::to_lowercase).collect()
}

/// Position of the column `wanted`: the same text, else the same but for case, else the same but for case, spaces,
/// underscores, hyphens and dots.
///
/// Two columns that fit equally well are an error, because taking either could be wrong.
pub fn find_column(file: &str, headers: &[String], wanted: &str) -> Result<usize, ReadError> {
    let wanted_clean = clean(wanted);
    let same = |h: &String| *h == wanted_clean;
    let same_but_case = |h: &String| h.to_lowercase() == wanted_clean.to_lowercase();
    let wanted_bare = bare(wanted);
    let same_bare = |h: &String| !wanted_bare.is_empty() && bare(h) == wanted_bare;
    let levels: [&dyn Fn(&String) -> bool; 3] = [&same, &same_but_case, &same_bare];
    for fits in levels {
        let mut found = headers.iter().enumerate().filter(|(_, h)| fits(h)).map(|(i, _)| i);
        match (found.next(), found.next()) {
            (Some(one), None) => return Ok(one),
            (Some(first), Some(second)) => {
                return Err(ReadError::Damaged {
                    file: file.to_owned(),
                    line: Some(1),
                    reason: format!(
                        "the header `{}` stands at columns {} and {}, and the profile asks for it. Rename or remove one of them",
                        headers[second],
                        first + 1,
                        second + 1
                    ),
                });
            }
            _ => {}
        }
    }
    Err(ReadError::MissingColumn { file: file.to_owned(), column: wanted_clean, found: list(headers) })
}

/// The headers for a message, cut when there are very many.
fn list(headers: &[String]) -> String {
    const SHOWN: usize = 60;
    if headers.is_empty() {
        return "none".into();
    }
    let text = headers.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if headers.len() > SHOWN { format!("{text} and {} more", headers.len() - SHOWN) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(names: &[&str]) -> Vec<String> {
        names.iter().map(|n| clean(n)).collect()
    }

    #[test]
    fn exact_then_case_then_bare() {
        let found = headers(&["appt date", "APPT_DATE", "appt_date"]);
        assert_eq!(find_column("f", &found, "appt_date").unwrap(), 2);
        assert_eq!(
            find_column("f", &found, "Appt_Date").unwrap_err().to_string().matches("columns 2 and 3").count(),
            1
        );
        assert_eq!(find_column("f", &found, "APPT DATE").unwrap(), 0);
        let found = headers(&["\u{feff}Attendance\u{a0}Status\u{a0}", "No-show"]);
        assert_eq!(find_column("f", &found, "attendance_status").unwrap(), 0);
        assert_eq!(find_column("f", &found, "noshow").unwrap(), 1);
    }

    #[test]
    fn a_duplicate_matters_only_when_it_is_asked_for() {
        let found = headers(&["sex", "note", "note"]);
        assert_eq!(find_column("f", &found, "sex").unwrap(), 0);
        assert!(find_column("f", &found, "note").unwrap_err().to_string().contains("`note` stands at columns 2 and 3"));
    }
}
