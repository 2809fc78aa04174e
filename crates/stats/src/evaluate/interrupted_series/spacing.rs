//! Whether periods are equally spaced, as far as their names tell: numbers, ISO months, ISO dates.

use crate::refusal::Refusal;

/// Refuses a series in which a period is left out: the line would run over it as if it had not been there.
///
/// Numbers, months (2025-04) and dates (2025-04-01) are checked; other names are taken as equally spaced.
pub fn evenly_spaced(periods: &[String]) -> Result<(), Refusal> {
    let Some(places) = months(periods).or_else(|| days(periods)).or_else(|| numbers(periods)) else { return Ok(()) };
    let steps: Vec<f64> = places.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let shortest = steps.iter().copied().fold(f64::INFINITY, f64::min);
    match steps.iter().position(|step| *step > shortest * (1.0 + 1e-6)) {
        None => Ok(()),
        Some(place) => Err(Refusal::Undefined(format!(
            "periods are not equally spaced: after the first {} one is left out; give it as a row with empty counts",
            place + 1
        ))),
    }
}

fn numbers(periods: &[String]) -> Option<Vec<f64>> {
    periods.iter().map(|period| period.trim().parse::<f64>().ok().filter(|number| number.is_finite())).collect()
}

/// Months since year 0; `None` unless all are months, or dates on the first of one.
fn months(periods: &[String]) -> Option<Vec<f64>> {
    let month = |period: &String| {
        let (year, month, day) = date(period)?;
        (day == 1).then_some(12.0 * year + month)
    };
    periods.iter().map(month).collect()
}

/// Days since 1 March of year 0; `None` unless all are dates.
fn days(periods: &[String]) -> Option<Vec<f64>> {
    let day = |period: &String| {
        let (year, month, day) = date(period)?;
        // Years begin in March, so that a leap day is the last day of its year.
        let (year, month) = if month > 2.0 { (year, month - 3.0) } else { (year - 1.0, month + 9.0) };
        let leaps = (year / 4.0).floor() - (year / 100.0).floor() + (year / 400.0).floor();
        Some(365.0 * year + leaps + ((153.0 * month + 2.0) / 5.0).floor() + f64::from(day))
    };
    periods.iter().map(day).collect()
}

/// Year, month and day of `2025-04` (day 1) or `2025-04-07`.
fn date(period: &str) -> Option<(f64, f64, u8)> {
    let mut parts = period.trim().split('-');
    let year = parts.next().filter(|year| year.len() == 4)?.parse::<u16>().ok()?;
    let month = parts.next().filter(|month| month.len() == 2)?.parse::<u8>().ok()?;
    let day = match parts.next() {
        None => 1,
        Some(day) => day.parse::<u8>().ok()?,
    };
    let real = parts.next().is_none() && (1..=12).contains(&month) && (1..=31).contains(&day);
    real.then(|| (f64::from(year), f64::from(month), day))
}

#[cfg(test)]
mod tests {
    use super::evenly_spaced;

    #[test]
    fn a_period_left_out_is_refused() {
        let own = |periods: &[&str]| evenly_spaced(&periods.iter().map(|own| (*own).to_owned()).collect::<Vec<_>>());
        assert!(own(&["2024-11", "2024-12", "2025-01"]).is_ok());
        assert!(own(&["2024-01-01", "2024-04-01", "2024-07-01"]).is_ok());
        assert!(own(&["2024-02-22", "2024-02-29", "2024-03-07"]).is_ok());
        assert!(own(&["1", "2", "3"]).is_ok() && own(&["0.5", "1"]).is_ok());
        assert!(own(&["week 1", "week 2", "week 4"]).is_ok());
        for left_out in [["2024-11", "2024-12", "2025-02"], ["1", "2", "4"], ["2024-02-22", "2024-02-29", "2024-03-14"]]
        {
            let text = own(&left_out).unwrap_err().to_string();
            assert!(text.contains("after the first 2"), "{text}");
        }
    }
}
