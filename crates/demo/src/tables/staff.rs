//! `extracts/staff.parquet`: one row for each member of staff and month, as the profile `esr-staff` reads them.
//!
//! Sources. Sickness about 5 % of days, more in winter and in lower bands (NHS England, NHS Sickness Absence Rates, 2023-24;
//! `QualityWatch`: support staff highest, medical staff lowest); about a quarter of staff from ethnic minorities, far fewer in
//! higher bands (Workforce Race Equality Standard, 2023); about 11 % leave in a year (NHS Workforce Statistics). That leavers
//! name the cost of living more often in lower bands and deprived areas is an assumption.

use std::sync::Arc;

use arrow_array::{Float32Array, Int16Array, StringArray};

use super::{Lists, area};
use crate::chunk::Chunk;
use crate::dirt::ETHNICITIES;
use crate::place::EthnicGroup;
use crate::random::{Purpose, Stream};
use crate::write::{Rows, codes, list, plain, repeated};

/// People of the trust for each member of staff.
const PEOPLE_FOR_EACH: usize = 15;
/// Months of the three years.
const MONTHS: u16 = 36;

pub(super) const BANDS: [&str; 10] = ["2", "3", "4", "5", "6", "7", "8a", "8b", "8c", "medical"];
pub(super) const GROUPS: [&str; 5] = ["clinical-support", "administrative", "allied", "nursing", "medical"];
/// Why people left: cost of travel, cost of living, work-life balance, promotion, relocation, retirement, not known.
const REASONS: [&str; 7] =
    ["cost-of-travel", "cost-of-living", "balance", "promotion", "relocation", "retirement", "not-known"];

struct Member {
    number: u64,
    band: usize,
    group: i16,
    age: i16,
    male: bool,
    ethnicity: i16,
    white: bool,
    disability: i16,
    area: u16,
    fifth: u8,
    hours: f32,
}

struct Month {
    member: usize,
    at: u16,
    lost: f32,
    trained: bool,
    disciplined: bool,
    checked: Option<bool>,
    left: Option<i16>,
}

/// The rows of one chunk: staff live in the same areas as patients, and are other people.
pub fn rows(chunk: &Chunk<'_>, lists: &Lists) -> Rows {
    let mut stream = Stream::new(chunk.seed(), Purpose::Staff, chunk.number());
    let count = chunk.people.len() / PEOPLE_FOR_EACH;
    let members: Vec<Member> =
        (0..count).map(|position| member(chunk.number() << 16 | position as u64, chunk, &mut stream)).collect();
    let mut months = Vec::with_capacity(count * usize::from(MONTHS));
    for (position, member) in members.iter().enumerate() {
        live(position, member, chunk.flat(), &mut stream, &mut months);
    }
    columns(&members, &months, chunk, lists)
}

fn member(number: u64, chunk: &Chunk<'_>, stream: &mut Stream) -> Member {
    let place = chunk.place();
    let home = place.draw_area(stream);
    let group = place.draw_group(home, stream);
    let white = group == EthnicGroup::White;
    // Those from ethnic minorities are found in lower bands: the higher the draw, the less often it is theirs.
    let draw = if white || chunk.flat() { stream.unit() } else { stream.unit() * (0.75 + 0.25 * stream.unit()) };
    let band = match draw {
        ..0.20 => 0,
        0.20..0.32 => 1,
        0.32..0.40 => 2,
        0.40..0.60 => 3,
        0.60..0.74 => 4,
        0.74..0.83 => 5,
        0.83..0.88 => 6,
        0.88..0.90 => 7,
        0.90..0.91 => 8,
        _ => 9,
    };
    let group_of_staff = match band {
        0..3 => i16::from(stream.chance(0.4)),
        3..6 => {
            if stream.chance(0.7) {
                3
            } else {
                2
            }
        }
        6..9 => 1,
        _ => 4,
    };
    let category = place.draw_category(group, stream);
    let own = ETHNICITIES.iter().position(|code| code.as_bytes()[0] == category).unwrap_or(17);
    let unknown = stream.chance(0.04);
    Member {
        number,
        band,
        group: group_of_staff,
        age: 18 + i16::try_from(stream.below(24) + stream.below(24)).unwrap_or(0),
        male: stream.chance(if band == 9 { 0.52 } else { 0.21 }),
        ethnicity: if unknown { 16 } else { i16::try_from(own).unwrap_or(17) },
        white,
        disability: match stream.unit() {
            ..0.17 => -1,
            0.17..0.22 => 1,
            _ => 0,
        },
        area: u16::try_from(home).unwrap_or(0),
        fifth: place.areas[home].fifth,
        hours: if stream.chance(0.4) { 0.6 } else { 1.0 },
    }
}

fn live(position: usize, member: &Member, flat: bool, stream: &mut Stream, months: &mut Vec<Month>) {
    let low_band = member.band < 3;
    let deprived = member.fifth == 1;
    let factor = match (flat, low_band) {
        (true, _) => 1.0,
        (false, true) => 1.35,
        (false, false) => 0.9,
    };
    let factor = if deprived && !flat { 1.12 * factor } else { factor };
    let mut checked = false;
    for month in 0..MONTHS {
        let winter = if matches!(month % 12, 8..=10) { 1.25 } else { 1.0 };
        let ill = stream.chance(0.22 * factor * winter);
        #[expect(clippy::cast_possible_truncation, reason = "days of a month")]
        let lost = if ill { (6.5 * stream.exponential()).clamp(0.5, 28.0) as f32 * member.hours } else { 0.0 };
        let bme = !flat && !member.white;
        let left = stream.chance(0.009).then(|| reason(low_band && !flat, deprived && !flat, member.age, stream));
        months.push(Month {
            member: position,
            at: month,
            lost,
            trained: stream.chance(if bme { 0.055 } else { 0.06 }),
            disciplined: stream.chance(if bme { 0.0008 } else { 0.0006 }),
            checked: (member.age >= 40).then(|| {
                // Whoever has been checked stays so.
                checked |= stream.chance(if low_band && !flat { 0.018 } else { 0.028 });
                checked
            }),
            left,
        });
        if left.is_some() {
            return;
        }
    }
}

/// Why somebody left: a position in [`REASONS`].
fn reason(low_band: bool, deprived: bool, age: i16, stream: &mut Stream) -> i16 {
    if age >= 58 && stream.chance(0.6) {
        return 5;
    }
    let cost = 0.08 + if low_band { 0.12 } else { 0.0 } + if deprived { 0.06 } else { 0.0 };
    match stream.unit() {
        draw if draw < cost / 2.0 => 0,
        draw if draw < cost => 1,
        draw if draw < cost + 0.25 => 2,
        draw if draw < cost + 0.40 => 3,
        draw if draw < cost + 0.52 => 4,
        _ => 6,
    }
}

fn columns(members: &[Member], months: &[Month], chunk: &Chunk<'_>, lists: &Lists) -> Rows {
    let of = |row: &Month| &members[row.member];
    let written: Vec<String> =
        (0..MONTHS).map(|month| format!("{}-{:02}", 2023 + (month + 3) / 12, (month + 3) % 12 + 1)).collect();
    let text = |values: Vec<String>| Arc::new(StringArray::from_iter_values(values));
    let pseudonyms = months.iter().map(|row| crate::names::pseudonym(chunk.seed() ^ 0x57AF, of(row).number)).collect();
    let flag = |value: bool| i16::from(value);
    vec![
        repeated("Employee_Pseudonym", text(pseudonyms)),
        codes(
            "Month",
            &list(written.iter().map(String::as_str)),
            months.iter().map(|row| i16::try_from(row.at).unwrap_or(0)).collect(),
        ),
        plain("FTE Days Lost", Arc::new(months.iter().map(|row| row.lost).collect::<Float32Array>())),
        repeated(
            "FTE Days Available",
            Arc::new(months.iter().map(|row| 30.0 * of(row).hours).collect::<Float32Array>()),
        ),
        codes("Entered_Disciplinary", &lists.no_yes, months.iter().map(|row| flag(row.disciplined)).collect()),
        codes("Non_Mandatory_Training", &lists.no_yes, months.iter().map(|row| flag(row.trained)).collect()),
        codes("Mini_Health_Check", &lists.no_yes, months.iter().map(|row| row.checked.map_or(-1, flag)).collect()),
        codes("Left_In_Month", &lists.no_yes, months.iter().map(|row| flag(row.left.is_some())).collect()),
        codes("Leaving Reason", &list(REASONS), months.iter().map(|row| row.left.unwrap_or(-1)).collect()),
        repeated(
            "Age",
            Arc::new(
                months.iter().map(|row| of(row).age + i16::try_from(row.at / 12).unwrap_or(0)).collect::<Int16Array>(),
            ),
        ),
        codes("Gender", &lists.sex, months.iter().map(|row| flag(!of(row).male)).collect()),
        codes("Ethnic Origin", &lists.ethnicity, months.iter().map(|row| of(row).ethnicity).collect()),
        codes("Disability", &lists.no_yes, months.iter().map(|row| of(row).disability).collect()),
        codes("Band", &list(BANDS), months.iter().map(|row| i16::try_from(of(row).band).unwrap_or(0)).collect()),
        codes("Staff Group", &list(GROUPS), months.iter().map(|row| of(row).group).collect()),
        codes("Home_LSOA_2021", &lists.lsoa21, months.iter().map(|row| area(Some(of(row).area))).collect()),
    ]
}
