//! Releases with a known truth, for tests: a small hospital whose inequalities are planted.

use evenly_cube::{
    About, Better, Condition, Definition, Dimension, Excluded, FieldQuality, Group, GroupState, Indicator, Kind, Order,
    Provenance, QualityCell, Rejected, Release, ReleasedCell, ReleasedCount, ReleasedIndicator, ReleasedQuantiles,
    ReleasedTable, RowsEquation, SourceFile, Words,
};

/// Months of the sample.
pub const MONTHS: usize = 24;
const DEPRIVATION: usize = 1;
const ETHNICITY: usize = 2;
const SEX: usize = 3;

/// What is planted.
#[derive(Clone, Copy)]
pub struct Plant {
    /// Share missed in the most deprived fifth, at the start.
    pub most: f64,
    /// Share missed in the least deprived fifth.
    pub least: f64,
    /// By how much the most deprived fifth's share grows from the first month to the last.
    pub growth: f64,
    /// Appointments of each combination in each month.
    pub size: f64,
    /// Share by which Black women's share lies above their groups'.
    pub together: f64,
}

/// A hospital with a gap that widens.
pub const UNEVEN: Plant = Plant { most: 0.13, least: 0.06, growth: 0.05, size: 60.0, together: 0.06 };
/// A hospital where nothing differs.
pub const EVEN: Plant = Plant { most: 0.08, least: 0.08, growth: 0.0, size: 60.0, together: 0.0 };

/// A release with one proportion, one where higher is better, and waits.
pub fn release(plant: Plant) -> Release {
    let dimensions = dimensions();
    let cells = cells(plant);
    let waits = waits_cells();
    Release {
        policy: definition("policy", "none-synthetic", "No suppression, made-up data"),
        policy_sentence: "These data are made up, so that no count is withheld.".into(),
        suppressed: 0,
        indicators: vec![
            ReleasedIndicator {
                tables: tables(&cells, false),
                sharing: None,
                repeats: None,
                definition: indicator(
                    "did-not-attend",
                    "Missed appointments",
                    Better::Lower,
                    ["missed appointments", "appointments", "were missed"],
                ),
            },
            ReleasedIndicator {
                tables: tables(&cells, true),
                sharing: None,
                repeats: None,
                definition: indicator(
                    "kept",
                    "Kept appointments",
                    Better::Higher,
                    ["kept appointments", "appointments", "were kept"],
                ),
            },
            ReleasedIndicator { tables: waits, definition: waits_indicator(), sharing: None, repeats: None },
        ],
        quality: quality(),
        provenance: provenance(&cells),
        dimensions,
    }
}

type Cell = ([usize; 4], u64, u64);

fn cells(plant: Plant) -> Vec<Cell> {
    let mut state = 7_u64;
    let mut cells = Vec::new();
    for month in 0..MONTHS {
        for deprivation in 0..6 {
            for ethnicity in 0..6 {
                for sex in 0..2 {
                    let size = plant.size * [1.0, 1.0, 1.0, 1.0, 1.0, 0.1][deprivation];
                    let n =
                        (size * [3.0, 1.0, 1.0, 0.5, 0.4, 0.8][ethnicity] * (0.9 + 0.2 * uniform(&mut state))).round();
                    let step = deprivation.min(4) as f64 / 4.0;
                    let late = month as f64 / (MONTHS - 1) as f64;
                    let own = plant.most
                        + step * (plant.least - plant.most)
                        + if deprivation == 0 { plant.growth * late } else { 0.0 }
                        + if ethnicity == 2 && sex == 0 { plant.together } else { 0.0 };
                    let count = draw(n, own, &mut state);
                    cells.push(([month, deprivation, ethnicity, sex], whole(count), whole(n)));
                }
            }
        }
    }
    cells
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small whole numbers")]
fn whole(number: f64) -> u64 {
    number as u64
}

fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

fn draw(n: f64, p: f64, state: &mut u64) -> f64 {
    (0..whole(n)).filter(|_| uniform(state) < p).count() as f64
}

fn tables(cells: &[Cell], kept: bool) -> Vec<ReleasedTable> {
    let names = ["month", "deprivation", "ethnicity", "sex"];
    let views: [&[usize]; 10] = [
        &[],
        &[0],
        &[DEPRIVATION],
        &[ETHNICITY],
        &[SEX],
        &[0, DEPRIVATION],
        &[0, ETHNICITY],
        &[0, SEX],
        &[DEPRIVATION, ETHNICITY],
        &[ETHNICITY, SEX],
    ];
    views
        .iter()
        .map(|view| {
            let mut sums = std::collections::BTreeMap::<Vec<usize>, (u64, u64)>::new();
            for (place, count, n) in cells {
                let sum = sums.entry(view.iter().map(|own| place[*own]).collect()).or_default();
                *sum = (sum.0 + if kept { n - count } else { *count }, sum.1 + n);
            }
            ReleasedTable {
                dimensions: view.iter().map(|own| names[*own].to_owned()).collect(),
                cells: sums
                    .into_iter()
                    .map(|(groups, (x, n))| cell(groups, ReleasedCount::Shown(x), ReleasedCount::Shown(n), None))
                    .collect(),
            }
        })
        .collect()
}

/// A cell.
pub fn cell(
    groups: Vec<usize>,
    numerator: ReleasedCount,
    denominator: ReleasedCount,
    quantiles: Option<ReleasedQuantiles>,
) -> ReleasedCell {
    ReleasedCell { groups, numerator, denominator, design_effect: 1.0, quantiles }
}

fn waits_cells() -> Vec<ReleasedTable> {
    let wait = |groups: Vec<usize>, median: f64| {
        let quantiles = ReleasedQuantiles {
            median: [median, median - 0.3, median + 0.3],
            p90: [median * 2.4, median * 2.3, median * 2.5],
            over_52_weeks: ReleasedCount::Shown(12),
        };
        cell(groups, ReleasedCount::Shown(300), ReleasedCount::Shown(2000), Some(quantiles))
    };
    let months = (0..MONTHS).map(|month| wait(vec![month], 9.0 + 0.2 * (month % 4) as f64)).collect();
    let fifths = (0..5).map(|fifth| wait(vec![fifth], 11.0 - fifth as f64)).collect();
    let both = (0..MONTHS)
        .flat_map(|month| (0..5).map(move |fifth| (month, fifth)))
        .map(|(month, fifth)| wait(vec![month, fifth], 11.0 - fifth as f64 + 0.1 * (month % 3) as f64))
        .collect();
    let table = |dimensions: &[&str], cells| ReleasedTable {
        dimensions: dimensions.iter().map(|own| (*own).to_owned()).collect(),
        cells,
    };
    vec![
        table(&[], vec![wait(Vec::new(), 9.4)]),
        table(&["month"], months),
        table(&["deprivation"], fifths),
        table(&["month", "deprivation"], both),
    ]
}

/// Month, deprivation, ethnicity and sex.
pub fn dimensions() -> Vec<Dimension> {
    let dimension = |id: &str, title: &str, order, groups| Dimension {
        id: id.into(),
        title: title.into(),
        about: About::Person,
        order,
        groups,
        vintage: None,
        note: None,
    };
    let months = (0..MONTHS)
        .map(|month| format!("{}-{:02}", 2023 + month / 12, month % 12 + 1))
        .map(|id| Group::known(id.clone(), id))
        .collect();
    let mut fifths: Vec<Group> =
        ["Most deprived fifth", "Second fifth", "Third fifth", "Fourth fifth", "Least deprived fifth"]
            .iter()
            .zip(1..)
            .map(|(label, place)| Group::known(place.to_string(), *label))
            .collect();
    fifths.push(Group::unknown(GroupState::Missing));
    let mut ethnic: Vec<Group> = [
        ("white", "White"),
        ("asian", "Asian or Asian British"),
        ("black", "Black, Black British, Caribbean or African"),
        ("mixed", "Mixed or multiple ethnic groups"),
        ("other", "Other ethnic group"),
    ]
    .iter()
    .map(|(id, label)| Group::known(*id, *label))
    .collect();
    ethnic.push(Group::unknown(GroupState::NotStated));
    let sexes = vec![Group::known("2", "Female"), Group::known("1", "Male")];
    vec![
        dimension("month", "Month", Order::Period, months),
        dimension("deprivation", "Deprivation (national fifths, IMD 2019)", Order::Ranked, fifths),
        Dimension {
            note: Some("Chinese is counted under Asian, as in Census 2021.".into()),
            ..dimension("ethnicity", "Ethnic group", Order::Nominal, ethnic)
        },
        dimension("sex", "Sex", Order::Nominal, sexes),
    ]
}

/// An indicator that is a proportion.
pub fn indicator(id: &str, title: &str, better: Better, [events, out_of, happened]: [&str; 3]) -> Indicator {
    Indicator {
        id: id.into(),
        title: title.into(),
        version: 1,
        better,
        unit: "proportion".into(),
        kind: Kind::Proportion {
            numerator: condition("attendance IN ('3', '7')"),
            denominator: condition("attendance IN ('3', '5', '6', '7')"),
        },
        words: Words { events: events.into(), out_of: out_of.into(), happened: happened.into() },
        source: "NHS Data Dictionary, ATTENDED OR DID NOT ATTEND CODE".into(),
        date: "2025-01-01".into(),
        notes: vec!["Cancelled appointments are not counted.".into()],
    }
}

/// An indicator of waits.
pub fn waits_indicator() -> Indicator {
    Indicator {
        unit: "weeks".into(),
        kind: Kind::Waits { field: "lead_days".into(), denominator: condition("attendance = '5'"), last_week: 104 },
        ..indicator(
            "waits",
            "Wait from booking to appointment",
            Better::Lower,
            ["waits over 18 weeks", "appointments", "waited over 18 weeks"],
        )
    }
}

fn condition(text: &str) -> Condition {
    Condition::parse(text).expect("a condition of the sample")
}

fn definition(kind: &str, id: &str, title: &str) -> Definition {
    Definition { kind: kind.into(), id: id.into(), version: 1, title: title.into(), source: "Made up for tests".into() }
}

fn quality() -> Vec<FieldQuality> {
    let cell = |group: Option<(&str, usize)>, state, rows, out_of| QualityCell {
        group: group.map(|(id, place)| (id.to_owned(), place)),
        state,
        rows: ReleasedCount::Shown(rows),
        out_of: ReleasedCount::Shown(out_of),
    };
    vec![
        FieldQuality {
            field: "ethnicity".into(),
            cells: vec![
                cell(None, GroupState::NotStated, 12_000, 100_000),
                cell(None, GroupState::Missing, 8_000, 100_000),
                cell(Some(("deprivation", 0)), GroupState::NotStated, 6_000, 20_000),
                cell(Some(("deprivation", 4)), GroupState::NotStated, 1_200, 20_000),
            ],
        },
        FieldQuality { field: "sex".into(), cells: vec![cell(None, GroupState::Missing, 30, 100_000)] },
    ]
}

fn provenance(cells: &[Cell]) -> Provenance {
    let counted: u64 = cells.iter().map(|own| own.2).sum();
    Provenance {
        evenly: "0.1.0".into(),
        sources: vec![SourceFile {
            file: "outpatients.csv".into(),
            sha256: "ab".repeat(32),
            bytes: 1,
            rows: counted + 12,
        }],
        definitions: vec![
            definition("profile", "sus-outpatient", "SUS outpatients"),
            definition("lookup", "imd-2019", "English Indices of Deprivation 2019, Open Government Licence v3.0"),
        ],
        rows: RowsEquation {
            read: counted + 12,
            counted,
            excluded: vec![Excluded { rule: "appointment in the future".into(), rows: 7 }],
            rejected: vec![Rejected { field: "date".into(), reason: "not a date".into(), rows: 5 }],
        },
        notes: vec!["Age is taken on the day of the appointment.".into()],
    }
}
