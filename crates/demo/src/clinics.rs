//! The clinics (treatment functions) of the trust: who goes to them, how long they wait, how often they are seen by telephone.
//!
//! Shares follow the attendances by treatment function of NHS England, Hospital Outpatient Activity 2023-24 (the largest
//! functions; midwifery and obstetrics for women of 18 to 49 only). Share by telephone or video: 17.7 % over all of the same
//! publication, more where no examination is needed. Waits and the differences in missed appointments are assumptions: no
//! published table gives them by function.

use crate::random::{Stream, Weighted};

/// One clinic.
#[derive(Clone, Copy, Debug)]
pub struct Clinic {
    /// Treatment function code.
    pub code: &'static str,
    /// Million attendances by children, by women of 18 to 49, by men of 18 to 49, by people of 50 and over.
    share: [f64; 4],
    /// Share of appointments by telephone or video.
    pub remote: f64,
    /// Log-odds of missing an appointment, against the average clinic.
    pub effect: f64,
    /// Median weeks from booking to a first appointment.
    pub weeks: f64,
}

const fn clinic(code: &'static str, share: [f64; 4], remote: f64, effect: f64, weeks: f64) -> Clinic {
    Clinic { code, share, remote, effect, weeks }
}

/// All clinics.
pub const CLINICS: [Clinic; 24] = [
    clinic("130", [0.6, 0.5, 0.5, 7.3], 0.04, 0.0, 11.0),
    clinic("110", [0.9, 0.9, 1.2, 4.0], 0.10, 0.02, 10.0),
    clinic("650", [0.3, 1.3, 1.0, 2.3], 0.22, 0.25, 8.0),
    clinic("320", [0.2, 0.5, 0.5, 2.9], 0.22, -0.05, 11.0),
    clinic("560", [0.0, 3.7, 0.0, 0.0], 0.16, -0.10, 2.0),
    clinic("330", [0.3, 0.7, 0.5, 2.2], 0.14, 0.0, 9.0),
    clinic("501", [0.0, 3.6, 0.0, 0.0], 0.10, -0.15, 2.5),
    clinic("502", [0.1, 2.1, 0.0, 1.4], 0.18, 0.05, 10.0),
    clinic("101", [0.1, 0.3, 0.6, 2.1], 0.24, 0.0, 9.0),
    clinic("800", [0.0, 0.3, 0.2, 2.4], 0.30, -0.65, 2.0),
    clinic("120", [0.6, 0.5, 0.5, 1.1], 0.10, 0.08, 11.0),
    clinic("370", [0.0, 0.3, 0.2, 1.9], 0.32, -0.60, 2.0),
    clinic("340", [0.2, 0.3, 0.3, 1.5], 0.28, 0.10, 9.0),
    clinic("303", [0.1, 0.5, 0.3, 1.3], 0.30, 0.30, 6.0),
    clinic("301", [0.1, 0.6, 0.5, 1.0], 0.40, 0.10, 11.0),
    clinic("410", [0.1, 0.7, 0.3, 1.1], 0.32, 0.0, 10.0),
    clinic("100", [0.1, 0.5, 0.4, 1.0], 0.20, 0.05, 8.0),
    clinic("840", [0.4, 0.2, 0.1, 1.2], 0.06, -0.05, 8.0),
    clinic("420", [1.8, 0.0, 0.0, 0.0], 0.22, 0.10, 9.0),
    clinic("400", [0.1, 0.5, 0.4, 0.6], 0.34, 0.08, 14.0),
    clinic("307", [0.1, 0.3, 0.3, 0.5], 0.34, 0.45, 7.0),
    clinic("361", [0.0, 0.2, 0.2, 0.7], 0.30, 0.35, 7.0),
    clinic("191", [0.0, 0.2, 0.1, 0.4], 0.44, 0.28, 12.0),
    clinic("711", [0.7, 0.0, 0.0, 0.0], 0.38, 0.30, 12.0),
];

/// The skin clinic's position, which the scenario `distance` moves to the outlying hospital. Its patients are as old as others, so
/// that age neither hides nor makes its gap.
pub const SKIN: usize = 5;

/// Midwives and obstetricians, whose clinics hardly anybody misses where `mix` is planted.
pub const MATERNITY: [usize; 2] = [4, 6];

/// Diabetes, renal medicine and haematology, which more people miss where `reversal` is planted, and to which more Asian
/// patients go.
pub const MISSED_MORE: [usize; 3] = [13, 20, 21];

/// How many times more often.
const SENT_MORE: f64 = 6.0;

/// Draws clinics for people.
#[derive(Debug)]
pub struct Clinics {
    usual: [Weighted; 4],
    tilted: [Weighted; 4],
}

impl Clinics {
    /// The choices, from the shares.
    pub fn new() -> Self {
        let weights = |kind: usize, tilt: f64| {
            let weight = |(position, clinic): (usize, &Clinic)| {
                clinic.share[kind] * if MISSED_MORE.contains(&position) { tilt } else { 1.0 }
            };
            Weighted::new(&CLINICS.iter().enumerate().map(weight).collect::<Vec<_>>())
        };
        Self {
            usual: std::array::from_fn(|kind| weights(kind, 1.0)),
            tilted: std::array::from_fn(|kind| weights(kind, SENT_MORE)),
        }
    }

    /// A clinic's position for somebody of this age and sex.
    pub fn draw(&self, age: i32, male: bool, tilted: bool, stream: &mut Stream) -> usize {
        let kind = match age {
            ..18 => 0,
            18..50 => 1 + usize::from(male),
            _ => 3,
        };
        if tilted { self.tilted[kind].draw(stream) } else { self.usual[kind].draw(stream) }
    }
}
