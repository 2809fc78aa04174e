//! `extracts/outpatients.parquet`: columns of the SUS outpatient table that the profile `sus-outpatient` reads, and the row's
//! own number, the distance and the medium beside them.

use std::sync::Arc;

use arrow_array::{ArrayRef, DictionaryArray, Int16Array, Int64Array, StringArray};

use super::{Lists, area};
use crate::calendar::dates;
use crate::chunk::Chunk;
use crate::outpatients::Appointment;
use crate::write::{Rows, codes, growing, repeated};

/// The rows of one chunk.
pub fn rows(chunk: &Chunk<'_>, lists: &Lists) -> Rows {
    let visits = &chunk.appointments;
    let column = |value: fn(&Appointment) -> i16| visits.iter().map(value).collect::<Vec<i16>>();
    let of_person = |value: &dyn Fn(usize) -> i16| visits.iter().map(|visit| value(visit.person as usize)).collect();
    let record = |person: usize| &chunk.records[person];
    vec![
        growing("OPA_Ident", Arc::new(visits.iter().map(|visit| chunk.ident(visit.number)).collect::<Int64Array>())),
        repeated("Der_Pseudo_NHS_Number", pseudonyms(chunk)),
        codes("Provider_Code", &lists.provider, vec![0; visits.len()]),
        codes("Site_Code_of_Treatment", &lists.sites, column(|visit| i16::from(visit.outlying))),
        repeated("Appointment_Date", Arc::new(dates(visits.iter().map(|visit| visit.day)))),
        repeated("Booking_Date", Arc::new(dates(visits.iter().map(|visit| visit.booked)))),
        codes("Attendance_Status", &lists.attendance, column(|visit| visit.attendance)),
        codes("First_Attendance", &lists.one_to_five, column(|visit| visit.first_attendance)),
        codes(
            "Consultation_Medium_Used",
            &lists.medium,
            column(|visit| i16::from(matches!(visit.first_attendance, 2 | 3))),
        ),
        codes(
            "Outcome_of_Attendance",
            &lists.one_to_five,
            column(|visit| if visit.outcome > 0 { visit.outcome - 1 } else { -1 }),
        ),
        repeated("Age_at_CDS_Activity_Date", Arc::new(Int16Array::from(column(|visit| visit.age)))),
        codes("Sex", &lists.sex, of_person(&|person| i16::from(record(person).sex))),
        codes("Ethnic_Category", &lists.ethnicity, column(|visit| visit.ethnicity)),
        codes("Der_Postcode_LSOA_2021_Code", &lists.lsoa21, of_person(&|person| area(record(person).area))),
        codes("Treatment_Function_Code", &lists.clinics, column(|visit| visit.clinic)),
        codes("NHS_Number_Trace_Status", &lists.trace, of_person(&|person| i16::from(!record(person).traced))),
        repeated("Der_Provider_Patient_Distance_Miles", Arc::new(Int16Array::from(column(|visit| visit.miles)))),
    ]
}

fn pseudonyms(chunk: &Chunk<'_>) -> ArrayRef {
    let names = StringArray::from_iter_values(chunk.people.iter().map(|person| chunk.pseudonym(person)));
    let keys = chunk.appointments.iter().map(|visit| i16::try_from(visit.person).unwrap_or(0)).collect::<Int16Array>();
    match DictionaryArray::try_new(keys, Arc::new(names) as ArrayRef) {
        Ok(column) => Arc::new(column),
        Err(_) => Arc::new(StringArray::new_null(0)),
    }
}
