//! The worklist: never more than the capacity, in the order of references, offers and reasons only; the unknown is counted.

use std::collections::HashMap;

use evenly_prediction::PredictError;
use evenly_prediction::audit::Benefit;
use evenly_prediction::model::ModelKind;
use evenly_prediction::trial::{Design, Plan};
use evenly_prediction::worklist::{Asked, Give, Made, worklist};
use jiff::civil::date;

use super::world::{FIRST_DAY, Fitted, fitted, scene};

const DAY: i32 = FIRST_DAY + 100;
const CAPACITY: usize = 15;

fn asked(give: Give<'_>) -> Asked<'_> {
    Asked { day: DAY, capacity: CAPACITY, give, trial: None }
}

fn list(world: &Fitted, asked: &Asked<'_>) -> Made {
    worklist(&world.saved, &world.appointments, &world.prepared.matrix, asked).unwrap()
}

#[test]
fn a_list_holds_offers_and_nothing_else() {
    let (text, truth) = scene(3000, false, 11);
    // One appointment of the day is cancelled, one stands twice, one has a code that nobody knows.
    let day = "2025-04-11";
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let of_day: Vec<usize> = (1..lines.len()).filter(|line| lines[*line].split(',').nth(2) == Some(day)).collect();
    lines[of_day[0]] = lines[of_day[0]].replacen(",3,", ",2,", 1).replacen(",5,", ",2,", 1);
    lines[of_day[1]] = lines[of_day[1]]
        .replace(",hill,", ",atlantis,")
        .replace(",harbour,", ",atlantis,")
        .replace(",isle,", ",atlantis,");
    lines.push(lines[of_day[2]].clone());
    let world = fitted(&(lines.join("\n") + "\n"), ModelKind::Boosted);
    let made = list(&world, &asked(Give::Risk));

    assert_eq!(made.worklist.day, day);
    assert_eq!((made.worklist.offers.len(), made.counts.offers), (CAPACITY, CAPACITY));
    assert_eq!(made.counts.of_the_day, of_day.len() + 1);
    assert_eq!((made.counts.cancelled, made.counts.no_reference), (1, 1));
    assert_eq!(made.counts.looked_at, of_day.len() - 1);
    assert_eq!(made.counts.unknown_codes.get("side"), Some(&1), "{:?}", made.counts.unknown_codes);
    assert!(made.counts.not_known.is_empty(), "{:?}", made.counts.not_known);
    assert!(made.sealed.is_none());

    // Nothing but reference and reasons is written, and no number beside them.
    let json = serde_json::to_value(&made.worklist).unwrap();
    for offer in json["offers"].as_array().unwrap() {
        let keys: Vec<&String> = offer.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["appointment", "reasons"]);
        for reason in offer["reasons"].as_array().unwrap() {
            let reason = reason.as_object().unwrap();
            assert_eq!(reason.keys().collect::<Vec<_>>(), ["barrier", "offer", "words"]);
            assert!(
                reason.values().all(|own| own.as_str().is_some_and(|own| !own.contains(|c: char| c.is_ascii_digit())))
            );
        }
        assert!((1..=3).contains(&offer["reasons"].as_array().unwrap().len()));
    }

    // The order is that of references and says nothing of the chances, but the offers go to the high ones.
    let numbers: Vec<usize> = made.worklist.offers.iter().map(|own| own.appointment[1..].parse().unwrap()).collect();
    assert!(numbers.is_sorted());
    let mean = |numbers: &[usize]| numbers.iter().map(|number| truth[*number]).sum::<f64>() / numbers.len() as f64;
    let all: Vec<usize> = of_day.iter().map(|line| line - 1).collect();
    assert!(mean(&numbers) > 1.3 * mean(&all), "{} {}", mean(&numbers), mean(&all));

    rules_and_arms(&world);
}

/// Other rules make as many offers; a trial leaves the held out without one, fills their places, and seals who they are.
fn rules_and_arms(world: &Fitted) {
    let benefit = Benefit { dimension: "sex".to_owned(), by_group: vec![("1".to_owned(), 0.5)], otherwise: 0.01 };
    let own = list(world, &asked(Give::Benefit(&benefit)));
    let sex: HashMap<&str, usize> =
        (0..world.appointments.len()).map(|row| (world.appointments.rows.reference(row).unwrap(), row)).collect();
    let groups = world.appointments.rows.groups.iter().find(|own| own.dimension.id == "sex").unwrap();
    let first = own.worklist.offers.iter().filter(|own| groups.codes[sex[own.appointment.as_str()]] == 0).count();
    assert_eq!((own.counts.offers, first), (CAPACITY, CAPACITY));
    let floor = list(world, &asked(Give::Floor { dimension: "side", floor: 0.8 }));
    assert_eq!(floor.counts.offers, CAPACITY);
    let unknown = worklist(
        &world.saved,
        &world.appointments,
        &world.prepared.matrix,
        &asked(Give::Floor { dimension: "shoe_size", floor: 0.8 }),
    );
    assert!(matches!(unknown, Err(PredictError::NoDimension { .. })));

    let days = [date(2025, 4, 1), date(2025, 4, 30)];
    let design = Design::new(days[0], days, 7, 1, Plan::HoldOut { share: 0.4 }).unwrap();
    let made = list(world, &Asked { trial: Some(&design), ..asked(Give::Risk) });
    let sealed = made.sealed.unwrap();
    assert_eq!((made.worklist.offers.len(), sealed.offered.len()), (CAPACITY, CAPACITY));
    assert!(!sealed.held_out.is_empty());
    let text = serde_json::to_string(&sealed).unwrap();
    assert!(made.worklist.offers.iter().all(|own| !text.contains(&format!("\"{}\"", own.appointment))));
    let none = Asked { day: FIRST_DAY + 199, ..asked(Give::Risk) };
    let none = worklist(&world.saved, &world.appointments, &world.prepared.matrix, &none).map(|_| ());
    assert!(matches!(none, Err(PredictError::NoneToCome { appointments: 0, .. })), "{none:?}");
}
