//! The barriers that were planted are told, those with nothing behind them are not, and words are borne out.

use evenly_prediction::explain::{picture, picture_text, reasons};
use evenly_prediction::model::ModelKind;

use super::world::{Fitted, fitted, world};

#[test]
fn planted_barriers_are_told_and_others_are_not() {
    for kind in [ModelKind::Boosted, ModelKind::Logistic] {
        let Fitted { saved, appointments, prepared } = fitted(&world(5000, false), kind);
        let rows: Vec<usize> = appointments.judged().filter(|row| appointments.day[*row] >= 20_089 + 90).collect();
        let found = picture(&saved, &appointments, &prepared.matrix, &rows, 4000, 100, 1).unwrap();
        assert!(found.appointments < found.out_of && found.people < found.appointments);
        let told: Vec<&str> =
            found.barriers.iter().filter(|own| own.told).filter_map(|own| own.barrier.as_deref()).collect();
        assert!(told.contains(&"hard-to-come") && told.contains(&"long-wait"), "{kind:?} {told:?}");
        for nothing in ["time-of-day", "hard-to-change", "by-telephone", "life-stage"] {
            assert!(!told.contains(&nothing), "{kind:?} {told:?}");
        }
        let shares: f64 = found.barriers.iter().map(|own| own.share.value).sum();
        assert!((shares - 1.0).abs() < 1e-9, "{shares}");
        let isle = found.by_group.iter().find(|own| own.group == "isle").unwrap();
        assert!(isle.withheld.is_some() && isle.barriers.is_empty());
        assert_eq!(found, picture(&saved, &appointments, &prepared.matrix, &rows, 4000, 100, 1).unwrap());
        let text = picture_text(&found);
        assert!(text.contains("Coming has been hard before") && !text.contains("NaN"), "{text}");

        // Nobody without a missed appointment is told that coming was hard before; a short wait is not called long.
        let column =
            |id: &str| &prepared.matrix.columns[prepared.matrix.features.iter().position(|own| own == id).unwrap()];
        let (missed, lead) = (column("missed_before"), column("lead_days"));
        let mut named = [0, 0];
        for (row, reasons) in rows.iter().zip(reasons(&saved, &prepared.matrix, &rows)) {
            assert!((1..=3).contains(&reasons.len()));
            for reason in reasons {
                assert!(reason.barrier != "hard-to-come" || missed[*row] > 0.0);
                assert!(reason.barrier != "long-wait" || lead[*row] > 14.0);
                named[0] += usize::from(reason.barrier == "hard-to-come");
                named[1] += usize::from(reason.barrier == "long-wait");
            }
        }
        assert!(named.iter().all(|own| *own > 100), "{named:?}");
    }
}
