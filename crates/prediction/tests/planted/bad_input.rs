//! Bad input is refused with the reason.

use evenly_prediction::PredictError;
use evenly_prediction::fit::prepare;

use super::world::{HEADER, Quiet, read, set, world};

fn refusal(text: &str) -> PredictError {
    let set = set(None);
    let result = read(text, &set).and_then(|appointments| prepare(&appointments, &set, 1, &Quiet).map(|_| ()));
    result.expect_err("refused")
}

#[test]
fn one_outcome_teaches_nothing() {
    let error = refusal(&world(1000, false).replace(",3,", ",5,"));
    assert!(matches!(error, PredictError::OneClass { .. }), "{error}");
    assert!(error.to_string().contains("attended"), "{error}");
}

#[test]
fn an_outcome_in_the_future_is_refused() {
    let error = refusal(&format!("{}r,p1,2030-01-01,2025-01-01,3,1,40,hill,0\n", world(200, false)));
    assert!(matches!(error, PredictError::Future { rows: 1, .. }), "{error}");
    let cancelled = format!("{HEADER}r,p1,2030-01-01,2025-01-01,2,1,40,hill,0\n");
    assert!(!matches!(refusal(&cancelled), PredictError::Future { .. }));
}

#[test]
fn too_few_appointments_or_days_are_refused() {
    assert!(matches!(refusal(&world(60, false)), PredictError::TooFew { needed: 50, .. }));
    let short = format!("{HEADER}r,p1,2025-01-02,2025-01-01,3,1,40,hill,0\n");
    assert!(matches!(refusal(&short), PredictError::TooFewDays { days: 1, .. }));
}

#[test]
fn a_file_without_days_of_booking_is_refused() {
    let error = refusal(&world(100, false).replacen("booked", "planned", 1));
    assert!(matches!(error, PredictError::NoField { what: "the day of booking", .. }), "{error}");
}
