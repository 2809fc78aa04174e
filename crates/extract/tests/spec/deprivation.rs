//! Deprivation from LSOAs of either vintage and from the extract's own words.

use evenly_extract::derive::deprivation::Edition;

use crate::support::{counted, options, try_count};

#[test]
fn words_for_tenths_are_read_in_any_case() {
    let table = "
        apptdate   | attended | IMD04_DECILE
        2024-04-01 | 3        | Most deprived 10%
        2024-04-01 | 3        | MORE DEPRIVED 10-20%
        2024-04-01 | 5        | More deprived 20-30%
        2024-04-01 | 5        | less deprived 40-50%
        2024-04-01 | 5        | Less deprived 10-20%
        2024-04-01 | 3        | Least deprived 10%
        2024-04-01 | 5        | Unknown
        2024-04-01 | 5        | somewhere
        2024-04-01 | 5        |
    ";
    let by = ["deprivation", "deprivation_decile", "core20"];
    let answer = counted("hes-outpatient", table, &by, &["did-not-attend"]);
    let fifth = |group| answer.group("did-not-attend", "deprivation", group);
    assert_eq!(["1", "2", "3", "4", "5"].map(fifth), [(2, 2), (0, 1), (0, 1), (0, 0), (1, 2)]);
    assert_eq!(["not-known", "invalid", "missing"].map(fifth), [(0, 1), (0, 1), (0, 1)]);
    assert_eq!(answer.group("did-not-attend", "deprivation_decile", "9"), (0, 1));
    assert_eq!(answer.group("did-not-attend", "core20", "core20"), (2, 2));
    assert_eq!(answer.group("did-not-attend", "core20", "other"), (1, 4));
}

#[test]
fn the_header_names_the_vintage_and_the_edition_may_be_chosen() {
    // The City of London 001A is in the ninth tenth of IMD 2019 and in the eighth of IMD 2025.
    for (header, chosen, tenth, vintage) in [
        ("Der_Postcode_LSOA_2011_Code", None, "9", "IMD 2019 by LSOA 2011"),
        ("Der_Postcode_LSOA_2021_Code", None, "8", "IMD 2025 by LSOA 2021"),
        ("Der_Postcode_LSOA_2011_Code", Some(Edition::Imd2025), "8", "IMD 2025 by LSOA 2021"),
    ] {
        let table = format!(
            "Appointment_Date | ATTENDED | {header}
             2024-04-01       | 3        | E01000001
             2024-04-01       | 5        | W01000001
             2024-04-01       | 5        | E99
             2024-04-01       | 5        |"
        );
        let mut options = options(&["deprivation_decile"], &["did-not-attend"]);
        options.edition = chosen;
        let answer = try_count("sus-outpatient", &table, &options).unwrap();
        let group = |group| answer.group("did-not-attend", "deprivation_decile", group);
        assert_eq!(group(tenth), (1, 1), "{header}");
        assert_eq!(["outside-england", "invalid", "missing"].map(group), [(0, 1); 3]);
        let dimension = answer.release.dimension("deprivation_decile").unwrap();
        assert_eq!(dimension.vintage.as_deref(), Some(vintage));
        let lookups = answer.release.provenance.definitions.iter().filter(|definition| definition.kind == "lookup");
        assert_eq!(lookups.map(|lookup| lookup.title.as_str()).collect::<Vec<_>>(), [vintage]);
    }
}
