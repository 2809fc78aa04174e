//! What a row takes of a Patient and of an Appointment.

use jiff::civil::Date;
use serde_json::Value;

use super::HEADERS;
use super::json::{Fields, Wrong, at, code, elements, extension, text};
use super::patients::{Patients, TEXTS};

/// A date of birth, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Birth {
    /// Nothing recorded.
    Missing,
    /// Not a whole date: FHIR allows a year or a month alone, of which no age can be told.
    Partial,
    /// A day.
    Day(Date),
}

/// A person as read.
pub(super) struct Patient<'a> {
    pub id: &'a str,
    pub texts: [&'a str; TEXTS],
    pub birth: Birth,
}

/// Reads a person.
pub(super) fn patient(fields: &Fields) -> Result<Patient<'_>, Wrong> {
    if fields.text(&["resourceType"]) != Ok(Some("Patient")) {
        return Err(Wrong("`$.resourceType` is not Patient, in a file of Patient resources"));
    }
    let id = fields.text(&["id"]).map_err(|()| Wrong("`$.id` is not text"))?;
    let id = id.ok_or(Wrong("`$.id` is missing, so no appointment can refer to it"))?;
    let gender = fields.text(&["gender"]).map_err(|()| Wrong("`$.gender` is not text"))?;
    let born = fields.text(&["birthDate"]).map_err(|()| Wrong("`$.birthDate` is not text"))?;
    let extensions = fields.list("extension");
    let in_address = || {
        fields.list("address").iter().find_map(|own| extension(own.get("extension").map_or(&[], elements), "lsoa", ""))
    };
    let communication = fields.list("communication");
    let preferred = communication.iter().find(|own| own.get("preferred") == Some(&Value::Bool(true)));
    let language = preferred.or_else(|| communication.first()).and_then(|own| code(own.get("language")?, ""));
    let interpreter = extension(extensions, "interpreterrequired", "").or_else(|| {
        let required = |own: &Value| {
            extension(own.get("extension").map_or(&[], elements), "interpreterrequired", "") == Some("true")
        };
        let any = communication.iter().any(required);
        any.then_some("true")
    });
    let texts = [
        gender,
        extension(extensions, "ethniccategory", "EthnicCategory"),
        extension(extensions, "lsoa", "").or_else(in_address),
        language,
        interpreter,
    ];
    let birth = match born {
        None => Birth::Missing,
        Some(text) => day(text).map_or(Birth::Partial, Birth::Day),
    };
    Ok(Patient { id, texts: texts.map(Option::unwrap_or_default), birth })
}

/// The day that an ISO date or time begins with, as written (in the time zone that stands with it).
fn day(text: &str) -> Option<Date> {
    text.get(..10)?.parse().ok()
}

/// Whole years from birth to a day.
fn age(birth: Date, on: Date) -> i64 {
    let had_birthday = (on.month(), on.day()) >= (birth.month(), birth.day());
    i64::from(on.year()) - i64::from(birth.year()) - i64::from(!had_birthday)
}

/// Fills the values of a row, in the order of [`HEADERS`], from an appointment and the person it is of.
pub(super) fn appointment(
    fields: &Fields,
    patients: &Patients,
    values: &mut [String; HEADERS.len()],
) -> Result<(), Wrong> {
    values.iter_mut().for_each(String::clear);
    if fields.text(&["resourceType"]) != Ok(Some("Appointment")) {
        return Err(Wrong("`$.resourceType` is not Appointment, in a file of Appointment resources"));
    }
    let read = |path: &str, wrong: &'static str| {
        fields.text(&[path]).map(Option::unwrap_or_default).map_err(|()| Wrong(wrong))
    };
    let status = read("status", "`$.status` is not text")?;
    let start = read("start", "`$.start` is not text")?;
    let created = read("created", "`$.created` is not text")?;
    values[0].push_str(read("id", "`$.id` is not text")?);
    values[1].push_str(status);
    values[2].push_str(status);
    if status == "cancelled" {
        values[2].push_str(by_whom(fields));
    }
    values[3].push_str(start.get(..10).unwrap_or(start));
    values[4].push_str(created.get(..10).unwrap_or(created));
    values[5].push_str(fields.at(&["serviceType"]).and_then(|own| code(own, "")).unwrap_or_default());
    values[6].push_str(fields.at(&["specialty"]).and_then(|own| code(own, "")).unwrap_or_default());
    values[7].push_str(extension(fields.list("extension"), "deliverychannel", "").unwrap_or_default());
    let Some(id) = patient_of(fields)? else {
        values[8].push_str("none");
        return Ok(());
    };
    values[9].push_str(id);
    let Some((texts, birth)) = patients.find(id) else {
        values[8].push_str("elsewhere");
        return Ok(());
    };
    values[8].push_str("found");
    for (place, text) in [10, 11, 13, 14, 15].into_iter().zip(texts) {
        values[place].push_str(text);
    }
    match birth {
        Birth::Missing => {}
        Birth::Partial => values[12].push_str("not a whole date of birth"),
        Birth::Day(birth) => values[12] = day(start).map_or_else(String::new, |start| age(birth, start).to_string()),
    }
    Ok(())
}

/// Who cancelled, after the codes of appointment-cancellation-reason: `pat…` the patient, `prov…` the provider.
fn by_whom(fields: &Fields) -> &'static str {
    let reason = fields.at(&["cancelationReason"]).or_else(|| fields.at(&["cancellationReason"]));
    match reason.and_then(|reason| code(reason, "appointment-cancellation-reason")) {
        Some(code) if code.starts_with("pat") => " by patient",
        Some(code) if code.starts_with("prov") || code == "maint" => " by provider",
        _ => "",
    }
}

/// Id of the patient among the participants.
fn patient_of(fields: &Fields) -> Result<Option<&str>, Wrong> {
    for participant in fields.list("participant") {
        let reference = text(at(participant, &["actor", "reference"]));
        let reference = reference.map_err(|()| Wrong("`$.participant[*].actor.reference` is not text"))?;
        let Some(reference) = reference else { continue };
        // `Patient/1`, `https://…/Patient/1`, `Patient/1/_history/2`, or the address of a bundle's entry.
        let mut parts = reference.split('/').skip_while(|part| *part != "Patient");
        if parts.next().is_some() {
            return Ok(parts.next());
        }
        let kind = text(at(participant, &["actor", "type"])).ok().flatten();
        if let (Some("Patient"), Some(id)) = (kind, reference.strip_prefix("urn:uuid:")) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}
