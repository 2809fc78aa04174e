//! Numbers as a reader sees them: per cent with one decimal, thousands with commas, "about" for what is worked out.

/// A share as per cent with one decimal: `14.1 %`.
pub fn percent(share: f64) -> String {
    format!("{} %", decimal(share * 100.0, 1))
}

/// A number with a fixed number of decimals, commas between thousands and no minus before zero.
pub fn decimal(number: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", number.abs());
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let negative = number < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    let mut out = String::with_capacity(text.len() + 4);
    if negative {
        out.push('\u{2212}');
    }
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A count with commas between thousands.
pub fn count(number: u64) -> String {
    decimal(number as f64, 0)
}

/// A worked-out number of people or events, to two significant digits: `about 2,100`.
pub fn about(number: f64) -> String {
    format!("about {}", rounded(number))
}

/// Two significant digits, at least to whole numbers; millions in words: `2,100`, `8.4 million`.
pub fn rounded(number: f64) -> String {
    let size = number.abs();
    if size >= 995_000.0 {
        let millions = number / 1e6;
        return format!("{} million", decimal(millions, usize::from(size < 9_950_000.0)));
    }
    let step = if size < 100.0 { 1.0 } else { 10.0_f64.powf(size.log10().floor() - 1.0) };
    decimal((number / step).round() * step, 0)
}

/// A month `2024-04` as `April 2024`; other periods as they are.
pub fn period(id: &str) -> String {
    month(id, true).unwrap_or_else(|| id.to_owned())
}

/// A day `2025-04-01` as `1 April 2025`; anything else as it is.
pub fn day(id: &str) -> String {
    let parts = id.rsplit_once('-').and_then(|(month, day)| Some((day.parse::<u8>().ok()?, self::month(month, true)?)));
    parts.map_or_else(|| id.to_owned(), |(day, month)| format!("{day} {month}"))
}

/// A month `2024-04` as `Apr 24` for an axis; other periods as they are.
pub fn short_period(id: &str) -> String {
    month(id, false).unwrap_or_else(|| id.to_owned())
}

fn month(id: &str, long: bool) -> Option<String> {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (year, month) = id.split_once('-')?;
    let name = NAMES.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    (year.len() == 4 && month.len() == 2)
        .then(|| if long { format!("{name} {year}") } else { format!("{} {}", &name[..3], &year[2..]) })
}

#[cfg(test)]
mod tests {
    use super::{about, decimal, percent, period, rounded, short_period};

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(percent(0.1412), "14.1 %");
        assert_eq!(decimal(-0.04, 1), "0.0");
        assert_eq!(decimal(-12_345.67, 1), "\u{2212}12,345.7");
        assert_eq!(about(2149.0), "about 2,100");
        assert_eq!(rounded(87.4), "87");
        assert_eq!(rounded(995.0), "1,000");
        assert_eq!(rounded(0.0), "0");
        assert_eq!(rounded(8_449_000.0), "8.4 million");
        assert_eq!(rounded(996_000.0), "1.0 million");
        assert_eq!(rounded(12_300_000.0), "12 million");
        assert_eq!(rounded(123_456.0), "120,000");
        assert_eq!(period("2024-04"), "April 2024");
        assert_eq!(short_period("2024-04"), "Apr 24");
        assert_eq!(period("2024-13"), "2024-13");
    }
}
