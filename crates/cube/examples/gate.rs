//! The disclosure gate alone, over a saved exact cube, to be timed from outside: `time gate FILE POLICY`.
//!
//! Asks for the views of a report (every dimension, by period, every pair) and prints how many counts are withheld, and a sum over
//! the release that changes where anything in it does.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use evenly_cube::{Cube, Exact, Order, Policy, Views};

/// As reports have it.
const GROUPS_TO_CROSS: usize = 12;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(policy)) = (arguments.next(), arguments.next()) else {
        return Err("give the file of an exact cube and the id of a policy".into());
    };
    let cube = Exact::<Cube>::load(Path::new(&file))?;
    let policy = Policy::shipped(&policy)?;
    let of = |period: bool| cube.dimensions().iter().filter(move |own| (own.order == Order::Period) == period);
    let by: Vec<String> = of(false).map(|own| own.id.clone()).collect();
    let crossed: Vec<&String> =
        of(false).filter(|own| own.known().count() <= GROUPS_TO_CROSS).map(|own| &own.id).collect();
    let pairs = crossed.iter().enumerate().flat_map(|(place, first)| {
        crossed[place + 1..].iter().map(move |second| ((*first).clone(), (*second).clone()))
    });
    let views = Views {
        period: of(true).map(|own| own.id.clone()).next(),
        pairs: pairs.collect(),
        by: by.clone(),
        change: None,
    };
    let release = cube.release(&policy, &views)?;
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(&release)?.hash(&mut hasher);
    println!("{} counts withheld, release {:016x}", release.suppressed, hasher.finish());
    Ok(())
}
