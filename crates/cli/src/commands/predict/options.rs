//! How the audit is asked for: capacity, samples, benefit, floor.

use clap::Args;
use evenly_prediction::audit::{AuditOptions, Benefit};

/// The arguments of an audit.
#[derive(Args, Clone)]
pub struct AuditArguments {
    /// Help can be offered for so many appointments: `10%`, or a share such as 0.1
    #[arg(long, value_name = "SHARE", default_value = "10%", value_parser = share)]
    pub capacity: f64,
    /// Samples of people for the intervals
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(50..=20_000))]
    pub samples: u32,
    /// Part of the risk that help prevents by group, as `deprivation:1=0.3,2=0.25,*=0.2` (`*` for all others)
    #[arg(long, value_name = "BENEFIT", value_parser = benefit)]
    pub benefit: Option<Benefit>,
    /// In the rule with a floor, the part of the whole's expected reach that every group gets
    #[arg(long, value_name = "SHARE", default_value = "80%", value_parser = share)]
    pub floor: f64,
}

impl AuditArguments {
    /// As the library takes them.
    pub fn options(&self, seed: u64) -> AuditOptions<'_> {
        AuditOptions {
            capacity: self.capacity,
            samples: self.samples as usize,
            seed,
            benefit: self.benefit.as_ref(),
            floor: self.floor,
        }
    }
}

/// A share: `10%` or `0.1`.
pub fn share(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let number = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map(|percent| percent / 100.0),
        None => text.parse(),
    };
    match number {
        Ok(share) if share > 0.0 && share <= 1.0 => Ok(share),
        _ => Err("give a share above 0 and at most 1, such as 10% or 0.1".to_owned()),
    }
}

/// Part of the risk that help prevents, by group of one dimension: `deprivation:1=0.3,*=0.2`.
pub fn benefit(text: &str) -> Result<Benefit, String> {
    let wrong = || "give a dimension and shares from 0 to 1, as deprivation:1=0.3,2=0.25,*=0.2".to_owned();
    let (dimension, groups) = text.split_once(':').ok_or_else(wrong)?;
    let mut benefit = Benefit { dimension: dimension.trim().to_owned(), by_group: Vec::new(), otherwise: 0.0 };
    for part in groups.split(',') {
        let (group, share) = part.rsplit_once('=').ok_or_else(wrong)?;
        let share: f64 = share.trim().parse().map_err(|_| wrong())?;
        if !(0.0..=1.0).contains(&share) {
            return Err(wrong());
        }
        match group.trim() {
            "*" => benefit.otherwise = share,
            group => benefit.by_group.push((group.to_owned(), share)),
        }
    }
    Ok(benefit)
}

#[cfg(test)]
mod tests {
    use super::{benefit, share};

    #[test]
    fn shares_and_benefits_are_read_as_people_write_them() {
        assert_eq!(share("10%"), Ok(0.1));
        assert_eq!(share("0.25"), Ok(0.25));
        for text in ["0", "-1%", "101%", "all"] {
            assert!(share(text).is_err(), "{text}");
        }
        let read = benefit("deprivation:1=0.3,*=0.2").unwrap();
        assert_eq!((read.dimension.as_str(), read.otherwise), ("deprivation", 0.2));
        assert_eq!(read.by_group, [("1".to_owned(), 0.3)]);
        assert!(benefit("deprivation").is_err() && benefit("deprivation:1=3").is_err());
    }
}
