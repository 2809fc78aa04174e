//! Forms in the NHS service manual's pattern: what was typed stays, each error stands beside its field and once more at the top.

use std::borrow::Cow;
use std::collections::BTreeMap;

use evenly_report::parts::numbers::count;
use maud::{Markup, PreEscaped, html};

use crate::security::csrf;

/// What is wrong with a form: field to sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errors(BTreeMap<Cow<'static, str>, String>);

impl Errors {
    /// Puts an error beside a field; the first of a field is kept.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, sentence: impl Into<String>) {
        self.0.entry(field.into()).or_insert_with(|| sentence.into());
    }

    /// Judges a text: `missing` where it must be there and is not, and how much is taken.
    pub fn text(&mut self, field: &'static str, text: &str, most: usize, missing: Option<&'static str>) {
        match (text.trim().chars().count(), missing) {
            (0, Some(missing)) => self.add(field, missing),
            (length, _) if length > most => self.add(field, format!("Enter at most {} characters", count(most as u64))),
            _ => {}
        }
    }

    /// Judges a text of one line that must be there.
    pub fn line(&mut self, field: &'static str, text: &str, most: usize, wrong: impl Into<String>) {
        let length = text.trim().chars().count();
        if length == 0 || length > most || text.chars().any(char::is_control) {
            self.add(field, wrong);
        }
    }

    /// One error.
    pub fn one(field: &'static str, sentence: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, sentence);
        errors
    }

    /// Whether there are none.
    pub fn none(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of these fields is wrong.
    pub fn any_of(&self, fields: &[&str]) -> bool {
        fields.iter().any(|field| self.0.contains_key(*field))
    }

    /// The error of a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }
}

/// The summary at the top of the page; nothing where nothing is wrong.
pub fn summary(errors: &Errors) -> Markup {
    html! {
        @if !errors.none() {
            div.nhsuk-error-summary {
                div role="alert" {
                    h2.nhsuk-error-summary__title.nhsuk-error-summary__heading { "There is a problem" }
                    div.nhsuk-error-summary__body {
                        ul.nhsuk-list.nhsuk-error-summary__list {
                            @for (field, sentence) in &errors.0 { li { a href={ "#" (field) } { (sentence) } } }
                        }
                    }
                }
            }
        }
    }
}

/// A form that posts.
pub fn post(address: &str, token: &str, inside: &Markup) -> Markup {
    html! {
        form method="post" action=(address) novalidate { (hidden(token)) (inside) }
    }
}

/// The hidden field that binds a form to the session.
pub fn hidden(token: &str) -> Markup {
    html! { input type="hidden" name=(csrf::FIELD) value=(token); }
}

/// A form of one button.
pub fn one_button(address: &str, token: &str, style: &str, words: &str, more: Option<&str>) -> Markup {
    html! {
        form.inline-form method="post" action=(address) {
            (hidden(token))
            button.nhsuk-button.{ (style) } type="submit" {
                (words) @if let Some(more) = more { span.nhsuk-u-visually-hidden { " " (more) } }
            }
        }
    }
}

/// The button that sends a form.
pub fn button(words: &str) -> Markup {
    html! { button.nhsuk-button type="submit" { (words) } }
}

/// A field of one line.
pub struct Input<'a> {
    /// Its name, and the id that errors lead to.
    pub name: &'a str,
    /// What to enter.
    pub label: &'a str,
    /// More about it.
    pub hint: Option<&'a str>,
    /// What was typed.
    pub value: &'a str,
    /// `text`, `email`, `password`, `date`.
    pub kind: &'a str,
    /// What a browser may fill in: `username`, `current-password` …
    pub autocomplete: Option<&'a str>,
}

impl Input<'_> {
    /// Its markup. A password is never sent back.
    pub fn markup(&self, errors: &Errors) -> Markup {
        let described = described(self.name, self.hint.is_some(), errors);
        let wrong = errors.of(self.name).is_some();
        html! {
            div.nhsuk-form-group.{ @if wrong { "nhsuk-form-group--error" } } {
                label.nhsuk-label for=(self.name) { (self.label) }
                (beside(self.name, self.hint, errors))
                input.nhsuk-input.{ @if wrong { "nhsuk-input--error" } } #(self.name) name=(self.name) type=(self.kind)
                    value=[(self.kind != "password").then_some(self.value)] autocomplete=[self.autocomplete]
                    spellcheck=[matches!(self.kind, "email" | "password").then_some("false")]
                    autocapitalize=[matches!(self.kind, "email" | "password").then_some("none")]
                    aria-describedby=[described] aria-invalid=[wrong.then_some("true")];
            }
        }
    }
}

/// A password; `fill` is what a browser may fill in.
pub fn password(name: &str, label: &str, hint: Option<&str>, fill: &str, errors: &Errors) -> Markup {
    Input { name, label, hint, value: "", kind: "password", autocomplete: Some(fill) }.markup(errors)
}

/// A field of several lines.
pub struct Area<'a> {
    /// Its name, and the id that errors lead to.
    pub name: &'static str,
    /// What to enter.
    pub label: &'a str,
    /// More about it.
    pub hint: Option<&'a str>,
    /// What was typed.
    pub value: &'a str,
    /// How many lines are seen.
    pub rows: u32,
}

impl Area<'_> {
    /// Its markup.
    pub fn markup(&self, errors: &Errors) -> Markup {
        let described = described(self.name, self.hint.is_some(), errors);
        let wrong = errors.of(self.name).is_some();
        html! {
            div.nhsuk-form-group.{ @if wrong { "nhsuk-form-group--error" } } {
                label.nhsuk-label for=(self.name) { (self.label) }
                (beside(self.name, self.hint, errors))
                textarea.nhsuk-textarea.{ @if wrong { "nhsuk-textarea--error" } } #(self.name) name=(self.name) rows=(self.rows)
                    aria-describedby=[described] aria-invalid=[wrong.then_some("true")] {
                    // A browser drops the first line break of a text area.
                    @if self.value.starts_with('\n') { (PreEscaped("\n")) }
                    (self.value)
                }
            }
        }
    }
}

/// One of several things to tick or to choose.
pub struct Item<'a> {
    /// What is sent.
    pub value: &'a str,
    /// What it says.
    pub label: &'a str,
    /// More about it.
    pub hint: Option<&'a str>,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// Boxes to tick, as many as apply; or buttons of which one is chosen.
pub fn several(
    kind: Several,
    name: &'static str,
    legend: &str,
    hint: Option<&str>,
    options: &[Item],
    errors: &Errors,
) -> Markup {
    let described = described(name, hint.is_some(), errors);
    let (class, input) = match kind {
        Several::Any => ("nhsuk-checkboxes", "checkbox"),
        Several::One => ("nhsuk-radios", "radio"),
    };
    html! {
        div.nhsuk-form-group.{ @if errors.of(name).is_some() { "nhsuk-form-group--error" } } {
            fieldset.nhsuk-fieldset aria-describedby=[described] {
                legend.nhsuk-fieldset__legend.nhsuk-fieldset__legend--s { (legend) }
                (beside(name, hint, errors))
                div class=(class) {
                    @for (place, option) in options.iter().enumerate() {
                        // The first has the field's own id, so that an error leads to it.
                        @let id = if place == 0 { name.to_owned() } else { format!("{name}-{place}") };
                        div class={ (class) "__item" } {
                            input.{ (class) "__input" } #(id) type=(input) name=(name) value=(option.value) checked[option.chosen]
                                aria-describedby=[option.hint.map(|_| format!("{id}-more"))];
                            label.nhsuk-label.{ (class) "__label" } for=(id) { (option.label) }
                            @if let Some(more) = option.hint {
                                div.nhsuk-hint.{ (class) "__hint" } #{ (id) "-more" } { (more) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// How many of several may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Several {
    /// Any number.
    Any,
    /// One.
    One,
}

/// A list to choose one from.
pub fn select(name: &'static str, label: &str, hint: Option<&str>, options: &[Item], errors: &Errors) -> Markup {
    let described = described(name, hint.is_some(), errors);
    html! {
        div.nhsuk-form-group.{ @if errors.of(name).is_some() { "nhsuk-form-group--error" } } {
            label.nhsuk-label for=(name) { (label) }
            (beside(name, hint, errors))
            select.nhsuk-select #(name) name=(name) aria-describedby=[described] {
                @for option in options { option value=(option.value) selected[option.chosen] { (option.label) } }
            }
        }
    }
}

/// A file to send.
pub fn file(name: &'static str, label: &str, hint: &str, accept: &str, errors: &Errors) -> Markup {
    let described = described(name, true, errors);
    html! {
        div.nhsuk-form-group.{ @if errors.of(name).is_some() { "nhsuk-form-group--error" } } {
            label.nhsuk-label for=(name) { (label) }
            (beside(name, Some(hint), errors))
            input.nhsuk-file-upload #(name) name=(name) type="file" accept=(accept) aria-describedby=[described];
        }
    }
}

fn beside(name: &str, hint: Option<&str>, errors: &Errors) -> Markup {
    html! {
        @if let Some(hint) = hint { div.nhsuk-hint #{ (name) "-hint" } { (hint) } }
        @if let Some(error) = errors.of(name) {
            span.nhsuk-error-message #{ (name) "-error" } { span.nhsuk-u-visually-hidden { "Error: " } (error) }
        }
    }
}

fn described(name: &str, hint: bool, errors: &Errors) -> Option<String> {
    let mut ids = Vec::new();
    if hint {
        ids.push(format!("{name}-hint"));
    }
    if errors.of(name).is_some() {
        ids.push(format!("{name}-error"));
    }
    (!ids.is_empty()).then(|| ids.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_stands_beside_its_field_and_what_was_typed_stays() {
        let errors = Errors::one("name", "Enter a name");
        let input = Input {
            name: "name",
            label: "Name",
            hint: Some("As on a badge"),
            value: "<b>",
            kind: "text",
            autocomplete: None,
        };
        let text = input.markup(&errors).into_string();
        assert!(text.contains(r#"aria-describedby="name-hint name-error""#), "{text}");
        assert!(text.contains(r#"value="&lt;b&gt;""#), "{text}");
        assert!(summary(&errors).into_string().contains(r##"<a href="#name">Enter a name</a>"##));
        assert_eq!(summary(&Errors::default()).into_string(), "");
    }

    #[test]
    fn texts_are_judged_by_their_length() {
        let judged = |text: &str, missing| {
            let mut errors = Errors::default();
            errors.text("why", text, 2_000, missing);
            errors.of("why").map(str::to_owned)
        };
        assert_eq!(judged(" \n", Some("Enter why")).as_deref(), Some("Enter why"));
        assert_eq!(judged("", None), None);
        assert_eq!(judged(&"é".repeat(2_000), Some("Enter why")), None);
        assert_eq!(judged(&"é".repeat(2_001), None).as_deref(), Some("Enter at most 2,000 characters"));
        let mut errors = Errors::default();
        errors.line("name", "Ada", 3, "Enter a name");
        assert!(errors.none());
        errors.line("name", "A\r\nB", 9, "Enter a name");
        assert_eq!(errors.of("name"), Some("Enter a name"));
    }

    #[test]
    fn a_password_is_never_sent_back() {
        let input = Input {
            name: "password",
            label: "Password",
            hint: None,
            value: "kettle",
            kind: "password",
            autocomplete: None,
        };
        assert!(!input.markup(&Errors::default()).into_string().contains("kettle"));
    }

    #[test]
    fn a_text_keeps_its_first_line_break() {
        let area = Area { name: "text", label: "Text", hint: None, value: "\nsecond line", rows: 3 };
        assert!(area.markup(&Errors::default()).into_string().contains(">\n\nsecond line<"));
    }
}
