//! Waits: days between two dates, by whole weeks.

use crate::support::counted;

#[test]
fn waits_are_counted_by_week_and_leads_by_band() {
    let table = "
        Appointment_Date | ATTENDED | Referral_Request_Received_Date
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
    let answer = counted("sus-outpatient", table, &["lead_band"], &["waits", "over-18-weeks", "did-not-attend"]);
    assert_eq!(answer.equation(), "9 = 9 counted");
    // 126 days are 18 whole weeks; 127 days are more than 18 weeks.
    assert_eq!(answer.whole("over-18-weeks"), (2, 6));
    assert_eq!(answer.whole("waits"), (3, 6));
    let quantiles = answer.release.indicators[0].table(&[]).unwrap().cells[0].quantiles.unwrap();
    assert_eq!(quantiles.over_52_weeks.shown(), Some(1));
    let band = |group| answer.group("did-not-attend", "lead_band", group).1;
    assert_eq!(["0", "1", "2-7", "91+", "missing"].map(band), [1, 0, 2, 4, 2]);
}
