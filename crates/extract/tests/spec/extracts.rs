//! Every kind of extract: a little table in its own columns, and the counts that must come of it.

use std::fmt::Write as _;

use evenly_cube::shipped_indicators;
use evenly_extract::profile::Profile;

use crate::support::{counted, options, try_count};

#[test]
fn a_profile_names_only_indicators_that_its_own_fields_can_answer() {
    let indicators = shipped_indicators().unwrap();
    let mut used: Vec<String> = Vec::new();
    for profile in Profile::shipped().unwrap() {
        for id in &profile.indicators {
            let indicator = indicators.iter().find(|indicator| indicator.id == *id);
            let indicator = indicator.unwrap_or_else(|| panic!("{}: there is no indicator {id}", profile.id));
            for field in indicator.fields() {
                assert!(profile.fields.contains_key(field), "{}: {id} asks for `{field}`", profile.id);
            }
            used.push(id.clone());
        }
    }
    let unused: Vec<&str> =
        indicators.iter().map(|own| own.id.as_str()).filter(|id| !used.iter().any(|u| u == id)).collect();
    assert_eq!(unused, ["over-52-weeks", "coverage"], "indicators that no profile counts unless asked");
}

#[test]
fn a_file_with_every_column_gives_every_dimension_and_indicator_of_its_profile() {
    for profile in Profile::shipped().unwrap().iter().filter(|profile| !profile.is_counted()) {
        let fields = || profile.fields.values().filter(|field| !field.columns.is_empty());
        let mut headers: Vec<&str> = Vec::new();
        for field in fields() {
            if !headers.contains(&field.columns[0].as_str()) {
                headers.push(&field.columns[0]);
            }
        }
        // No row can be counted, but everything that could not be had would be noted.
        let mut table = headers.join("|");
        writeln!(table, "\n{}", "|".repeat(headers.len() - 1)).unwrap();
        let answer = try_count(&profile.id, &table, &options(&[], &[])).unwrap();
        let unhad: Vec<&String> = answer
            .notes
            .iter()
            .filter(|note| note.contains("There is no breakdown") || note.contains("was not counted"))
            .collect();
        assert!(unhad.is_empty(), "{}: {unhad:?}", profile.id);
    }
}

#[test]
fn emergency_care() {
    let table = "
        Arrival_Date | EC_Departure_Time_Since_Arrival | EC_Seen_For_Treatment_Time_Since_Arrival | EC_AttendanceCategory | EC_Discharge_Status_SNOMED_CT | Attendances_Previous_12_Months | EC_Department_Type
        2024-04-01   | 240                             | 60                                       | 1                     | 182992009                     | 0                              | 01
        2024-04-01   | 241                             | 61                                       | 1                     | 1066301000000103              | 4                              | 1
        2024-04-02   | 721                             |                                          | 2                     | 1066311000000101              | 9                              | 01
        2024-04-02   |                                 | 10                                       | 3                     | 1066321000000107              | 3                              | 03
        2024-04-02   | 100                             | 20                                       | 1                     | 75004002                      |                                | 03
        2024-04-02   | 30                              | 10                                       | 4                     | 182992009                     | 1                              | 01
        2024-04-02   | 5                               |                                          | X                     | 63238001                      |                                | 01
        2024-04-03   | -1                              | 10                                       | 1                     | 999                           |                                | 02
    ";
    let answer = counted(
        "ecds",
        table,
        &["department_type"],
        &[
            "emergency-over-4-hours",
            "emergency-over-12-hours",
            "emergency-over-60-minutes-to-treatment",
            "left-before-treatment",
            "emergency-return-within-7-days",
            "frequent-attendance",
        ],
    );
    assert_eq!(answer.equation(), "8 = 6 counted + 1 dead on arrival + 1 planned follow-up");
    assert_eq!(answer.whole("emergency-over-4-hours"), (2, 4));
    assert_eq!(answer.whole("emergency-over-12-hours"), (1, 4));
    assert_eq!(answer.whole("emergency-over-60-minutes-to-treatment"), (1, 5));
    assert_eq!(answer.whole("left-before-treatment"), (3, 4), "not who died, nor a code that is none");
    assert_eq!(answer.whole("emergency-return-within-7-days"), (2, 6));
    assert_eq!(answer.whole("frequent-attendance"), (2, 4));
    assert_eq!(answer.group("emergency-over-4-hours", "department_type", "01"), (2, 3));
}

#[test]
fn inpatient_spells() {
    let table = "
        Admission_Date | Admission_Method | Discharge_Method | Der_Spell_LoS | Spell_RE30_Child_Days | Admission_Offer_Outcome_Code | Age_At_Start_of_Spell_SUS | Ethnic_Group
        2024-04-01     | 11               | 1                | 0             |                       | 1                            | 50                        | A
        2024-04-01     | 21               | 1                | 22            | 12                    |                              | 17                        | B1
        2024-04-01     | 2D               | 2                | 1             | 31                    |                              | 18                        | M
        2024-04-02     | 28               | 4                | 30            |                       |                              | 80                        | Z
        2024-04-02     | 12               |                  |               |                       | 7                            | 7001                      |
        2024-04-02     | 31               | 1                | 2             | 0                     |                              | 30                        | A
        2024-04-02     | 13               | 8                |               |                       | 4                            |                           | A
        2024-04-02     | 14               | 1                | 1             |                       |                              | 30                        | A
    ";
    let answer = counted(
        "apc",
        table,
        &["admission_kind", "ethnic_group"],
        &[
            "emergency-admission",
            "emergency-admission-under-18",
            "emergency-readmission",
            "long-stay",
            "cancelled-on-the-day",
            "discharged-self",
        ],
    );
    assert_eq!(answer.equation(), "8 = 7 counted + 1 admission_method: not a code of the list `admission-method`");
    assert_eq!(answer.whole("emergency-admission"), (3, 6));
    assert_eq!(answer.whole("emergency-admission-under-18"), (1, 2));
    assert_eq!(answer.whole("emergency-readmission"), (2, 4), "31 days are too late, and the dead do not come back");
    assert_eq!(answer.whole("long-stay"), (2, 3));
    assert_eq!(answer.whole("cancelled-on-the-day"), (1, 2));
    assert_eq!(answer.whole("discharged-self"), (1, 4));
    assert_eq!(answer.group("emergency-admission", "admission_kind", "elective"), (0, 3));
    assert_eq!(answer.group("emergency-admission", "ethnic_group", "not-stated"), (1, 1));
}

#[test]
fn the_waiting_list_of_a_week() {
    let table = "
        Week_Ending_Date | Referral_To_Treatment_Period_Start_Date | Referral_To_Treatment_Period_End_Date | Waiting_List_Type | Priority_Type_Code
        2024-03-31       | 2023-11-26                              |                                       | ORTT              | routine
        2024-03-31       | 2023-11-25                              |                                       | IRTT              | 2
        2024-03-31       | 2022-12-01                              |                                       | IRTT              | Two Week Wait
        2024-03-31       | 2024-01-01                              | 2024-03-01                            | ORTT              | 1
        2024-03-31       | 2024-01-01                              |                                       | ONON              | 1
        2024-03-31       | 2024-04-02                              |                                       | ORTT              | 1
    ";
    let indicators = ["rtt-over-18-weeks", "rtt-over-52-weeks", "rtt-over-65-weeks"];
    let answer = counted("waiting-list", table, &["priority"], &indicators);
    assert_eq!(
        answer.equation(),
        "6 = 4 counted + 1 not a referral-to-treatment pathway + 1 no longer waiting",
        "a start after the snapshot counts as a row and is in no indicator"
    );
    assert_eq!(answer.whole("rtt-over-18-weeks"), (2, 3));
    assert_eq!(answer.whole("rtt-over-52-weeks"), (1, 3));
    assert_eq!(answer.whole("rtt-over-65-weeks"), (1, 3));
    assert_eq!(answer.group("rtt-over-18-weeks", "priority", "1"), (0, 1));
}

#[test]
fn maternity() {
    let bookings = "
        AntenatalAppDate | GestAgeBooking | ContCarePathInd | SmokingStatusGroupBooking | EthnicCategoryMother | AgeAtBookingMother | DeprivationDecileAtBooking
        2024-04-01       | 70             | Y               | Smoker                    | N                    | 30                 | 01 - Most deprived
        2024-04-01       | 71             | N               | Non-Smoker / Ex-Smoker    | A                    | 31                 | 02
        2024-04-02       | 141            |                 | Unknown                   | A                    | 19                 | 10 - Least deprived
        2024-04-02       | 0              | Y               | Smoker                    | 99                   | 40                 |
    ";
    let indicators = ["booked-within-10-weeks", "booked-after-20-weeks", "continuity-of-carer", "smoking-at-booking"];
    let answer = counted("maternity-bookings", bookings, &["deprivation", "ethnic_group"], &indicators);
    assert_eq!(indicators.map(|id| answer.whole(id)), [(1, 3), (1, 3), (2, 3), (2, 3)]);
    assert_eq!(answer.group("booked-within-10-weeks", "deprivation", "1"), (1, 2));

    let births = "
        PersonBirthDateBaby | GestationLengthBirth | PregOutcome | BirthsPerLabandDel | DeliveryMethodCode | BabyFirstFeedIndCode | EthnicCategoryMother
        2024-04-01          | 258                  | 01          | 1                  | 0                  | 01                   | A
        2024-04-01          | 259                  | 1           | 1                  | 8                  | 03                   | A
        2024-04-01          | 230                  | 01          | 2                  | 8                  | 02                   | M
        2024-04-01          | 200                  | 02          | 1                  | 5                  |                      | M
        2024-04-01          | 153                  | 01          | 1                  |                    |                      | M
    ";
    let indicators = ["preterm-birth", "emergency-caesarean", "first-feed-breast-milk"];
    let answer = counted("maternity-births", births, &["ethnic_group"], &indicators);
    assert_eq!(indicators.map(|id| answer.whole(id)), [(1, 2), (2, 4), (2, 3)]);
}

#[test]
fn talking_therapies() {
    let table = "
        ReferralRequestReceivedDate | TherapySession_FirstDate | TherapySession_SecondDate | CompletedTreatment_Flag | Recovery_Flag | ReliableImprovement_Flag | NotCaseness_Flag | Gender
        2024-01-01                  | 2024-02-12               | 2024-05-12                | True                    | True          | True                     | False            | 1
        2024-01-01                  | 2024-02-13               | 2024-05-14                | True                    | True          | False                    | False            | 2
        2024-01-01                  | 2024-06-01               | 2024-06-08                | TRUE                    | False         | True                     | False            | 2
        2024-01-02                  | 2024-01-05               | 2024-01-15                | True                    | False         | True                     | True             | 1
        2024-01-02                  | 2024-01-05               |                           | False                   | False         | False                    | False            | 1
        2024-01-02                  |                          |                           |                         |               |                          |                  | 9
    ";
    let indicators = [
        "therapy-recovery",
        "therapy-reliable-improvement",
        "therapy-reliable-recovery",
        "therapy-over-6-weeks",
        "therapy-over-18-weeks",
        "therapy-over-90-days-between",
        "therapy-entered",
    ];
    let answer = counted("talking-therapies", table, &["sex"], &indicators);
    assert_eq!(indicators.map(|id| answer.whole(id)), [(2, 3), (3, 4), (1, 3), (2, 4), (1, 4), (1, 4), (5, 6)]);
    assert_eq!(answer.group("therapy-recovery", "sex", "1"), (1, 1));

    let contacts = "
        CareContDate | AttendOrDNACode | SexualOrientation
        2024-04-01   | 05              | 1
        2024-04-01   | 3               | Z
        2024-04-01   | 2               | 2
        2024-04-01   | 7               | Bisexual
    ";
    let indicators = ["did-not-attend", "cancelled-by-patient"];
    let answer = counted("talking-therapies-contacts", contacts, &["sexual_orientation"], &indicators);
    assert_eq!(indicators.map(|id| answer.whole(id)), [(2, 3), (1, 4)]);
    assert_eq!(answer.group("did-not-attend", "sexual_orientation", "3"), (1, 1));
}

#[test]
fn community_contacts() {
    let table = "
        Contact_Date | AttendanceStatus | AgeYr_Contact_Date | ReferralRequest_ReceivedDate | TeamType
        2024-04-01   | 5                | 8                  | 2024-03-01                   | 16
        2024-04-01   | 3                | 8                  | 2024-03-01                   | 16
        2024-04-01   | 4                | 70                 | 2024-03-01                   | 18
        2024-04-01   | 0                | 70                 | 2024-03-01                   | 18
    ";
    let indicators = ["did-not-attend", "was-not-brought", "cancelled-by-hospital"];
    let answer = counted("community", table, &["team_type"], &indicators);
    assert_eq!(answer.equation(), "4 = 3 counted + 1 appointment in the future");
    assert_eq!(indicators.map(|id| answer.whole(id)), [(1, 2), (1, 2), (1, 3)]);
}

#[test]
fn friends_and_family() {
    let table = "
        Response_Date | FFT_Response           | Setting
        2024-04-01    | Very good              | Outpatient
        2024-04-01    | 2                      | Outpatient
        2024-04-01    | Neither good nor poor  | Maternity
        2024-04-01    | Very poor              | Maternity
        2024-04-01    | Don't know             | Maternity
        2024-04-01    |                        | Maternity
    ";
    let indicators = ["friends-and-family-positive", "friends-and-family-negative"];
    let answer = counted("friends-and-family", table, &["setting"], &indicators);
    assert_eq!(answer.equation(), "6 = 5 counted + 1 response: nothing recorded");
    assert_eq!(indicators.map(|id| answer.whole(id)), [(2, 5), (1, 5)]);
    assert_eq!(answer.group("friends-and-family-negative", "setting", "Maternity"), (1, 3));
}

#[test]
fn staff_by_month() {
    let table = "
        Month   | Employee_Pseudonym | FTE Days Lost | FTE Days Available | Ethnic Origin      | Staff Group                      | Band        | Age | Entered_Disciplinary | Mini_Health_Check | Left_In_Month | Leaving Reason                               | Disability
        2024-04 | a1                 | 0             | 30.00              | A White - British  | Nursing and Midwifery Registered | Band 5      | 39  | N                    | N                 | N             |                                              | No
        2024-04 | a2                 | 7.5           | 15                 | C White - Other    | Nursing and Midwifery Registered | Band 5      | 40  | N                    | Y                 | N             |                                              | Yes
        2024-04 | a3                 | 30.25         | 30.25              | N Black African    | Estates and Ancillary            | Band 2      | 55  | Y                    | N                 | Y             | Cost of travel                               | Not Declared
        2024-05 | a1                 | 0.004         | 31                 | A White - British  | Nursing and Midwifery Registered | Band 5      | 39  | N                    | N                 | Y             | Voluntary Resignation - Health               | No
        2024-05 | a2                 |               | 15.5               | C White - Other    | Nursing and Midwifery Registered | Band 5      | 40  | N                    | Y                 | Y             | Voluntary Resignation - Other/Not Known      | Yes
        2024-05 | a4                 | 1             | -3                 | Z Not Stated       | Additional Clinical Services     | 8 - Range A | 28  |                      |                   | N             |                                              |
    ";
    let indicators = [
        "staff-sickness",
        "staff-disciplinary",
        "staff-health-check",
        "staff-left",
        "staff-left-for-cost",
        "staff-ethnicity-declared",
        "staff-disability-declared",
    ];
    let by = ["ethnic_group", "wres_group", "staff_group", "band"];
    let answer = counted("esr-staff", table, &by, &indicators);
    assert_eq!(answer.equation(), "6 = 6 counted");
    // Rows with both numbers: 37.75 days of 106.25. A part of a day below half a hundredth is no absence.
    assert_eq!(answer.whole("staff-sickness"), (38, 106));
    assert_eq!(answer.group("staff-sickness", "band", "5"), (8, 76));
    assert_eq!(answer.group("staff-sickness", "ethnic_group", "black"), (30, 30));
    assert_eq!(answer.group("staff-sickness", "wres_group", "white"), (8, 76));
    assert_eq!(answer.group("staff-sickness", "month", "2024-05"), (0, 31));
    let pair = answer.cells("staff-sickness", &["ethnic_group", "staff_group"]);
    assert!(pair.contains(&(vec!["white".to_owned(), "nursing".to_owned()], (8, 76))), "{pair:?}");
    let others: Vec<(u64, u64)> = indicators[1..].iter().map(|id| answer.whole(id)).collect();
    assert_eq!(others, [(1, 5), (2, 3), (3, 6), (1, 2), (5, 6), (4, 6)]);
    assert_eq!(answer.group("staff-disciplinary", "wres_group", "bme"), (1, 1));
}

#[test]
fn staff_from_shortlist_to_appointment() {
    let table = "
        Shortlisted_Date | Appointed | Ethnic Origin
        2024-04-01       | Y         | A
        2024-04-01       | N         | B
        2024-04-01       | N         | N
        2024-04-01       | N         | H Indian
        2024-04-02       | Y         | R
        2024-04-02       |           | R
    ";
    let answer = counted("staff-recruitment", table, &["wres_group"], &["staff-appointed-from-shortlist"]);
    assert_eq!(answer.equation(), "6 = 5 counted + 1 appointed: nothing recorded");
    assert_eq!(answer.group("staff-appointed-from-shortlist", "wres_group", "bme"), (1, 3));
    assert_eq!(answer.group("staff-appointed-from-shortlist", "wres_group", "white"), (1, 2));
}

#[test]
fn groups_are_counted_with_their_overlaps_and_how_far_they_are_known() {
    use evenly_cube::ReleasedCount::Shown;
    use evenly_extract::groups::{GroupDefinition, Sight, counted as of_groups, indicators, sight_in};

    let table = "
        Appointment_Date | Attendance_Status | Sex | Ethnic_Category | Age | IMD04_DECILE
        2024-04-01       | 5                 | 2   | N               | 17  | Most deprived 10%
        2024-04-01       | 5                 | 2   | A               | 70  | More deprived 10-20%
        2024-04-01       | 3                 | 1   | Z               | 65  | Least deprived 10%
        2024-04-01       | 3                 | X   | H               |     |
    ";
    let all = GroupDefinition::shipped().unwrap();
    let there = ["sex", "ethnicity", "age", "deprivation_text"];
    let seen: Vec<&GroupDefinition> =
        all.iter().filter(|group| sight_in(group, |field| there.contains(&field)) == Sight::Shown).collect();
    let ids: Vec<&str> = seen.iter().map(|group| group.id.as_str()).collect();
    assert_eq!(ids, ["core20", "children", "older-people", "minority-ethnic-groups", "women", "men"]);
    let mut options = options(&[], &[]);
    options.definitions = indicators(&seen).unwrap();
    options.by = Some(Vec::new());
    options.indicators = Some(options.definitions.iter().map(|own| own.id.clone()).collect());
    let answer = try_count("sus-outpatient", table, &options).unwrap();
    let (counts, overlaps) = of_groups(&seen, &answer.release);
    let told: Vec<_> = counts.iter().map(|own| (own.group.as_str(), own.rows, own.known, own.out_of)).collect();
    assert_eq!(
        told,
        [
            ("core20", Shown(2), Shown(3), Shown(4)),
            ("children", Shown(1), Shown(3), Shown(4)),
            ("older-people", Shown(2), Shown(3), Shown(4)),
            ("minority-ethnic-groups", Shown(2), Shown(3), Shown(4)),
            ("women", Shown(2), Shown(3), Shown(4)),
            ("men", Shown(1), Shown(3), Shown(4)),
        ]
    );
    let both = |one: &str, other: &str| overlaps.iter().find(|own| own.groups == [one, other]).unwrap().rows;
    assert_eq!(
        (both("core20", "women"), both("core20", "children"), both("women", "men")),
        (Shown(2), Shown(1), Shown(0))
    );
}
