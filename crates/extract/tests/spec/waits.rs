//! Waits: days between two dates, by whole weeks.

use crate::support::counted;

#[test]
fn waits_are_counted_by_week_and_leads_by_band() {
    let header = "Appointment_Date | ATTENDED | Referral_Request_Received_Date";
    let rows = "
        2024-04-30       | 5        | 2024-04-30
        2024-04-30       | 5        | 2024-04-24
        2024-04-30       | 5        | 2024-04-23
        2024-04-30       | 6        | 2023-12-26
        2024-04-30       | 6        | 2023-12-24
        2024-04-30       | 5        | 2020-01-01
        2024-04-30       | 3        | 2024-01-01
        2024-04-30       | 5        | 2024-05-01
        2024-04-30       | 5        |
    ";
    // Quantiles are worked out of no fewer than twenty rows.
    let table = format!("{header}{}", rows.trim_end().repeat(4));
    let answer = counted("sus-outpatient", &table, &["lead_band"], &["waits", "over-18-weeks", "did-not-attend"]);
    assert_eq!(answer.equation(), "36 = 36 counted");
    // 126 days are 18 whole weeks; 127 days are more than 18 weeks.
    assert_eq!(answer.whole("over-18-weeks"), (8, 24));
    assert_eq!(answer.whole("waits"), (12, 24));
    let quantiles = answer.release.indicators[0].table(&[]).unwrap().cells[0].quantiles.unwrap();
    assert_eq!(quantiles.over_52_weeks.shown(), Some(4));
    let band = |group| answer.group("did-not-attend", "lead_band", group).1;
    assert_eq!(["0", "1", "2-7", "91+", "missing"].map(band), [4, 0, 8, 16, 8]);
}
