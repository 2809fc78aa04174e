//! Whole numbers from text.

/// Outcome of reading a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WholeText {
    /// A whole number.
    Whole(i64),
    /// Something else, by its class.
    Other(&'static str),
}

/// Plain digits with an optional sign, at most 18 of them: the usual case.
#[inline]
pub(crate) fn plain(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let number = digits.iter().try_fold(0i64, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| number * 10 + i64::from(digit))
    })?;
    Some(if negative { -number } else { number })
}

/// Reads a trimmed text: `62`, `62.0`, `1,234`; anything else by its class.
pub(crate) fn whole(text: &str) -> WholeText {
    if let Some(number) = plain(text.as_bytes()) {
        return WholeText::Whole(number);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if let Some((before, after)) = unsigned.split_once('.')
        && is_digits(after)
        && is_digits(before)
        && !(before.is_empty() && after.is_empty())
    {
        if after.bytes().any(|b| b != b'0') {
            return WholeText::Other("number with decimals");
        }
        let sign_and_whole = &text[..text.len() - after.len() - 1];
        let digits = if before.is_empty() { "0" } else { sign_and_whole };
        return plain(digits.as_bytes()).map_or(WholeText::Other("number out of range"), WholeText::Whole);
    }
    if let Some(number) = grouped(text) {
        return WholeText::Whole(number);
    }
    if !unsigned.is_empty() && is_digits(unsigned) {
        return WholeText::Other("number out of range");
    }
    if unsigned.starts_with(|c: char| c.is_ascii_digit())
        && unsigned.contains(['e', 'E'])
        && text.parse::<f64>().is_ok()
    {
        return WholeText::Other("number in exponent form");
    }
    WholeText::Other("text")
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// `1,234,567`: groups of three after the first.
fn grouped(text: &str) -> Option<i64> {
    let mut groups = text.strip_prefix('-').unwrap_or(text).split(',');
    let first = groups.next()?;
    let well_formed = text.contains(',')
        && (1..=3).contains(&first.len())
        && is_digits(first)
        && groups.all(|group| group.len() == 3 && is_digits(group));
    if well_formed { plain(text.replace(',', "").as_bytes()) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class() {
        for (text, expected) in [
            ("62", WholeText::Whole(62)),
            ("62.0", WholeText::Whole(62)),
            ("-1", WholeText::Whole(-1)),
            ("+7", WholeText::Whole(7)),
            ("1,234", WholeText::Whole(1234)),
            ("-1,234,567", WholeText::Whole(-1_234_567)),
            ("007", WholeText::Whole(7)),
            (".0", WholeText::Whole(0)),
            ("6.5", WholeText::Other("number with decimals")),
            (".5", WholeText::Other("number with decimals")),
            ("9377952927E-5", WholeText::Other("number in exponent form")),
            ("1e3", WholeText::Other("number in exponent form")),
            ("12345678901234567890", WholeText::Other("number out of range")),
            ("1,23", WholeText::Other("text")),
            ("", WholeText::Other("text")),
            (".", WholeText::Other("text")),
            ("-", WholeText::Other("text")),
            ("sixty", WholeText::Other("text")),
            ("1 2", WholeText::Other("text")),
        ] {
            assert_eq!(whole(text), expected, "{text}");
        }
    }
}
