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

/// Reads a trimmed text as hundredths, half a hundredth rounded away from nought: `7.5` is 750, `18.604` is 1860.
pub(crate) fn hundredths(text: &str) -> WholeText {
    const OUT_OF_RANGE: WholeText = WholeText::Other("number out of range");
    let scaled = |number: i64, more: i64| {
        let sum = number.checked_mul(100).and_then(|number| number.checked_add(more));
        sum.map_or(OUT_OF_RANGE, WholeText::Whole)
    };
    match whole(text) {
        WholeText::Whole(number) => scaled(number, 0),
        WholeText::Other("number with decimals") => {
            let (before, after) = text.split_once('.').unwrap_or((text, ""));
            let digit = |place: usize| after.as_bytes().get(place).map_or(0, |byte| i64::from(byte - b'0'));
            let part = digit(0) * 10 + digit(1) + i64::from(digit(2) >= 5);
            let negative = before.starts_with('-');
            let whole = if matches!(before, "" | "-" | "+") { Some(0) } else { plain(before.as_bytes()) };
            whole.map_or(OUT_OF_RANGE, |number| scaled(number, if negative { -part } else { part }))
        }
        other @ WholeText::Other(_) => other,
    }
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
    fn decimals_become_hundredths() {
        for (text, expected) in [
            ("7", WholeText::Whole(700)),
            ("7.5", WholeText::Whole(750)),
            ("18.604", WholeText::Whole(1860)),
            ("18.605", WholeText::Whole(1861)),
            ("12.600000000000001", WholeText::Whole(1260)),
            ("0.999", WholeText::Whole(100)),
            (".5", WholeText::Whole(50)),
            ("-.5", WholeText::Whole(-50)),
            ("-1.25", WholeText::Whole(-125)),
            ("1,234", WholeText::Whole(123_400)),
            ("999999999999999999", WholeText::Other("number out of range")),
            ("1e3", WholeText::Other("number in exponent form")),
            ("six", WholeText::Other("text")),
        ] {
            assert_eq!(hundredths(text), expected, "{text}");
        }
    }

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
