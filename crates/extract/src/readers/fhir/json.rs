//! One JSON object and what stands at its paths; what is wrong is said by path and never by value.

use serde_json::{Map, Value};

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wrong(pub &'static str);

impl Wrong {
    /// With what to do about it.
    pub fn advice(self) -> String {
        format!("{}. Export it again from where it came from, or correct the line", self.0)
    }
}

/// The fields of one resource.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a line.
    pub fn of(line: &[u8]) -> Result<Self, Wrong> {
        match serde_json::from_slice(line) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err(Wrong("the line is JSON, but not an object: a FHIR export has one resource on each line")),
            Err(error) if error.is_eof() => Err(Wrong("the JSON ends in the middle of the line")),
            Err(_) => Err(Wrong("the line is not JSON: a FHIR export has one resource on each line")),
        }
    }

    /// What stands at a path of names; the first element where there is a list. `None` where nothing does.
    pub fn at(&self, path: &[&str]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        at(self.0.get(*first)?, rest)
    }

    /// The text at a path; an error where something else stands there.
    pub fn text(&self, path: &[&str]) -> Result<Option<&str>, ()> {
        text(self.at(path))
    }

    /// The elements of a list; one that is no list is its only element.
    pub fn list(&self, name: &str) -> &[Value] {
        self.0.get(name).map_or(&[], elements)
    }
}

/// What stands at a path within a value.
pub(super) fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    let value = match value {
        Value::Array(elements) => elements.first()?,
        value => value,
    };
    match path.split_first() {
        None => Some(value).filter(|value| !value.is_null()),
        Some((name, rest)) => at(value.get(*name)?, rest),
    }
}

/// The text of a value that may be absent.
pub(super) fn text(value: Option<&Value>) -> Result<Option<&str>, ()> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(()),
    }
}

/// The elements of a list.
pub(super) fn elements(value: &Value) -> &[Value] {
    match value {
        Value::Array(elements) => elements,
        value => std::slice::from_ref(value),
    }
}

/// The code of a concept: of the coding whose system `prefers`, else of the first that has one, else the text.
pub(super) fn code<'a>(concept: &'a Value, prefers: &str) -> Option<&'a str> {
    let codings = concept.get("coding").map_or(&[][..], elements);
    let of = |coding: &'a Value| coding.get("code").and_then(Value::as_str);
    let preferred = codings.iter().find(|coding| {
        let system = coding.get("system").and_then(Value::as_str);
        !prefers.is_empty() && system.is_some_and(|system| system.contains(prefers))
    });
    let first = preferred.and_then(of).or_else(|| codings.iter().find_map(of));
    first.or_else(|| concept.get("text").and_then(Value::as_str))
}

/// The value of the extension whose address holds `name`, among extensions: a code, text or truth.
pub(super) fn extension<'a>(extensions: &'a [Value], name: &str, prefers: &str) -> Option<&'a str> {
    let named = |own: &&Value| {
        let url = own.get("url").and_then(Value::as_str).unwrap_or_default();
        url.rsplit('/').next().unwrap_or_default().to_ascii_lowercase().contains(name)
    };
    let own = extensions.iter().find(named)?;
    let simple = ["valueCode", "valueString", "valueUri"].iter().find_map(|key| own.get(*key).and_then(Value::as_str));
    let coding = || own.get("valueCoding").and_then(|coding| coding.get("code")).and_then(Value::as_str);
    let concept = || own.get("valueCodeableConcept").and_then(|concept| code(concept, prefers));
    let truth = || own.get("valueBoolean").and_then(Value::as_bool).map(|truth| if truth { "true" } else { "false" });
    simple.or_else(concept).or_else(coding).or_else(truth)
}
