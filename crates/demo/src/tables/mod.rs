//! The files of the trust, one module each: from what happened to what an extract says.

pub mod births;
pub mod community;
pub mod emergency;
pub mod feedback;
pub mod inpatients;
pub mod maternity;
pub mod outpatients;
pub mod patients;
pub mod recruitment;
pub mod sessions;
mod shared;
pub mod staff;
pub mod therapies;
pub mod truths;
pub mod volunteers;
pub mod waiting_list;

use std::sync::Arc;

use arrow_array::StringArray;

use crate::outpatients::World;
use crate::write;

/// Lists that many files share.
#[derive(Debug)]
pub struct Lists {
    /// Areas by their code of 2021; then one in Scotland and one that is no code.
    pub lsoa21: Arc<StringArray>,
    /// The same areas by their code of 2011.
    pub lsoa11: Arc<StringArray>,
    /// Ethnic categories.
    pub ethnicity: Arc<StringArray>,
    /// Sexes.
    pub sex: Arc<StringArray>,
    /// Attendance codes.
    pub attendance: Arc<StringArray>,
    /// Treatment functions.
    pub clinics: Arc<StringArray>,
    /// Codes 1 to 5.
    pub one_to_five: Arc<StringArray>,
    /// Trace status.
    pub trace: Arc<StringArray>,
    /// The trust.
    pub provider: Arc<StringArray>,
    /// Its hospitals.
    pub sites: Arc<StringArray>,
    /// Barriers.
    pub barriers: Arc<StringArray>,
    /// No, yes.
    pub no_yes: Arc<StringArray>,
    /// Face to face, telephone.
    pub medium: Arc<StringArray>,
}

/// The trust's made-up organisation code.
pub const PROVIDER: &str = "RZZ";

impl Lists {
    /// The lists of a world.
    pub fn new(world: &World) -> Self {
        let elsewhere = ["S01006506", "W01000001"];
        let areas = &world.place.areas;
        Self {
            lsoa21: write::list(areas.iter().map(|area| area.lsoa21.as_str()).chain(elsewhere)),
            lsoa11: write::list(areas.iter().map(|area| area.lsoa11.as_str()).chain(elsewhere)),
            ethnicity: write::list(crate::dirt::ETHNICITIES),
            sex: write::list(crate::dirt::SEXES),
            attendance: write::list(crate::dirt::ATTENDANCES),
            clinics: write::list(crate::clinics::CLINICS.iter().map(|clinic| clinic.code)),
            one_to_five: write::list(["1", "2", "3", "4", "5"]),
            trace: write::list(crate::dirt::TRACES),
            provider: write::list([PROVIDER]),
            sites: write::list(["RZZ01", "RZZ02"]),
            barriers: write::list(crate::barriers::BARRIERS),
            no_yes: write::list(["N", "Y"]),
            medium: write::list(["01", "02"]),
        }
    }
}

/// An area's position for [`write::codes`], −1 where there is none.
pub fn area(position: Option<u16>) -> i16 {
    position.map_or(-1, |area| i16::try_from(area).unwrap_or(-1))
}
