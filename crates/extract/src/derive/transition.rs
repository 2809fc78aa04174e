//! How areas change their deprivation tenth when the index of 2025 takes the place of that of 2019.
//!
//! The two editions stand on areas that were drawn anew in between: an area that is not the same in both is set against the
//! counterpart in which most of its people live, and how many are so is said. A change of tenth may come from new data, from
//! new methods or from the new boundaries; it does not say that a place has become richer or poorer.

use std::collections::HashMap;

use super::deprivation::LOOKUPS;

/// Which areas are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Areas {
    /// The 32,844 areas of 2011, whose codes most extracts hold.
    Of2011,
    /// The 33,755 areas of 2021.
    Of2021,
}

/// Areas by their tenth in both editions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// `cells[tenth of 2019 − 1][tenth of 2025 − 1]`.
    pub cells: [[u32; 10]; 10],
    /// The same area in 2011 and 2021.
    pub unchanged: u32,
    /// Split: an area of 2011 became several of 2021.
    pub split: u32,
    /// Merged: several areas of 2011 became one of 2021.
    pub merged: u32,
    /// Drawn anew in another way.
    pub redrawn: u32,
}

/// Counts the areas.
pub fn transition(areas: Areas) -> Transition {
    let (own, best) = match areas {
        Areas::Of2011 => (&LOOKUPS.imd2019, &LOOKUPS.to_2021),
        Areas::Of2021 => (&LOOKUPS.imd2025, &LOOKUPS.to_2011),
    };
    let other = if areas == Areas::Of2011 { &LOOKUPS.imd2025 } else { &LOOKUPS.imd2019 };
    let counterparts = Counterparts::new(areas);
    let mut all = Transition { cells: [[0; 10]; 10], unchanged: 0, split: 0, merged: 0, redrawn: 0 };
    for (area, tenth) in own {
        let counterpart = best.get(area).map_or(*area, |(counterpart, _)| *counterpart);
        let Some(other) = other.get(&counterpart) else { continue };
        let (from, to) = if areas == Areas::Of2011 { (*tenth, *other) } else { (*other, *tenth) };
        all.cells[usize::from(from) - 1][usize::from(to) - 1] += 1;
        *match counterparts.change(*area, areas) {
            Change::None => &mut all.unchanged,
            Change::Split => &mut all.split,
            Change::Merged => &mut all.merged,
            Change::Redrawn => &mut all.redrawn,
        } += 1;
    }
    all
}

impl Transition {
    /// Areas counted.
    pub fn areas(&self) -> u32 {
        self.cells.iter().flatten().sum()
    }

    /// By fifths: `[fifth of 2019 − 1][fifth of 2025 − 1]`.
    pub fn fifths(&self) -> [[u32; 5]; 5] {
        let mut fifths = [[0; 5]; 5];
        for (from, row) in self.cells.iter().enumerate() {
            for (to, areas) in row.iter().enumerate() {
                fifths[from / 2][to / 2] += areas;
            }
        }
        fifths
    }
}

enum Change {
    None,
    Split,
    Merged,
    Redrawn,
}

/// The counterparts of every area that was drawn anew, of the counted areas and of the others.
struct Counterparts {
    own: HashMap<u32, Vec<u32>>,
    others: HashMap<u32, Vec<u32>>,
}

impl Counterparts {
    fn new(areas: Areas) -> Self {
        let (mut own, mut others) = (HashMap::<u32, Vec<u32>>::new(), HashMap::<u32, Vec<u32>>::new());
        for (lsoa11, lsoa21) in &LOOKUPS.pairs {
            let (area, other) = if areas == Areas::Of2011 { (lsoa11, lsoa21) } else { (lsoa21, lsoa11) };
            own.entry(*area).or_default().push(*other);
            others.entry(*other).or_default().push(*area);
        }
        Self { own, others }
    }

    fn change(&self, area: u32, areas: Areas) -> Change {
        let Some(counterparts) = self.own.get(&area) else { return Change::None };
        let alone = |other: &u32| self.others.get(other).is_some_and(|back| back.len() == 1);
        let (one_of_several, several_of_one) = match areas {
            Areas::Of2011 => (Change::Merged, Change::Split),
            Areas::Of2021 => (Change::Split, Change::Merged),
        };
        match &counterparts[..] {
            [only] if !alone(only) => {
                let others = self.others.get(only).map_or(&[][..], Vec::as_slice);
                let together = others.iter().all(|area| self.own.get(area).is_some_and(|own| own.len() == 1));
                if together { one_of_several } else { Change::Redrawn }
            }
            [_, _, ..] if counterparts.iter().all(alone) => several_of_one,
            _ => Change::Redrawn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Areas, transition};

    /// Counted apart from this program, with pandas, from the published tables: every area of 2021 with the area of 2011 in
    /// which most people of the change lived (mid-2020), and the ONS code of the change (U, S, M, X).
    #[test]
    fn areas_of_2021_change_as_the_published_tables_say() {
        let counted = transition(Areas::Of2021);
        let tenths = [
            [2766, 525, 31, 10, 4, 3, 2, 1, 0, 0],
            [557, 2024, 658, 87, 21, 5, 10, 1, 2, 1],
            [46, 713, 1694, 746, 137, 27, 17, 12, 3, 1],
            [6, 97, 808, 1483, 751, 173, 38, 15, 1, 2],
            [0, 13, 166, 828, 1374, 757, 187, 42, 5, 6],
            [0, 3, 16, 185, 810, 1317, 789, 244, 49, 9],
            [0, 1, 2, 29, 231, 817, 1280, 779, 236, 18],
            [0, 0, 0, 8, 43, 228, 754, 1277, 932, 139],
            [0, 0, 0, 0, 4, 45, 275, 828, 1425, 789],
            [0, 0, 0, 0, 0, 4, 23, 177, 722, 2411],
        ];
        let fifths = [
            [5872, 786, 33, 14, 3],
            [862, 4731, 1088, 82, 7],
            [16, 1195, 4258, 1262, 69],
            [1, 39, 1319, 4090, 1325],
            [0, 0, 53, 1303, 5347],
        ];
        assert_eq!((counted.cells, counted.fifths(), counted.areas()), (tenths, fifths, 33_755));
        let changes = [counted.unchanged, counted.split, counted.merged, counted.redrawn];
        assert_eq!(changes, [31_810, 1_842, 97, 6]);
    }

    #[test]
    fn areas_of_2011_change_as_the_published_tables_say() {
        let counted = transition(Areas::Of2011);
        let fifths = [
            [5787, 756, 19, 6, 0],
            [830, 4642, 1038, 55, 4],
            [13, 1160, 4158, 1188, 50],
            [1, 35, 1261, 3982, 1290],
            [0, 0, 49, 1249, 5271],
        ];
        assert_eq!((counted.fifths(), counted.areas()), (fifths, 32_844));
        let changes = [counted.unchanged, counted.split, counted.merged, counted.redrawn];
        assert_eq!(changes, [31_810, 834, 194, 6]);
    }
}
