//! One counting of an extract: what is chosen, what cannot be had and is noted, and the passes over the rows.

use std::collections::{BTreeMap, BTreeSet};

use evenly_cube::Indicator;

use super::dimensions::{self, Choices, Coded, PERIOD};
use super::plan::PlanBuilder;
use super::resolve::Fields;
use super::seen::{self, Seen};
use super::tables::Layout;
use super::{CountOptions, ExtractError};
use crate::checks::NoRejects;
use crate::engine::{Amount, Counted, Engine, EngineError, Plan, Progress, RejectSink};
use crate::ethnicity::EthnicityField;
use crate::profile::{FieldType, Grain, Profile};
use crate::readers::Extract;

/// One counting of an extract.
pub(crate) struct Job<'a> {
    pub profile: &'a Profile,
    pub extract: &'a Extract,
    pub fields: Fields,
    pub choices: Choices,
    pub by: Vec<String>,
    /// The dimensions that were asked for by name, so that one that cannot be had is an error.
    by_name: Vec<String>,
    pub period: Option<Grain>,
    pub indicators: Vec<Indicator>,
    pub ethnicity: Vec<EthnicityField>,
    pub notes: Vec<String>,
}

impl<'a> Job<'a> {
    pub(super) fn new(
        profile: &'a Profile,
        extract: &'a Extract,
        options: &CountOptions,
    ) -> Result<Self, ExtractError> {
        if profile.is_counted() {
            let reason = "this profile is for tables that are counted already; give one for rows".to_owned();
            return Err(ExtractError::Table { file: profile.id.clone(), reason });
        }
        let fields = Fields::find(profile, extract)?.with_ethnicity(profile, &options.ethnicity)?;
        let choices = Choices { edition: options.edition, ethnic_style: options.ethnic_style };
        let rule = profile.period.as_ref().filter(|rule| fields.reader(&rule.field).is_some());
        let period = rule.map(|rule| options.period.unwrap_or(rule.by));
        let mut notes = profile.notes.clone();
        notes.extend(extract.skipped.iter().map(|file| format!("{} was not read: {}.", file.name, file.reason)));
        let by_name = options.by.clone().unwrap_or_default();
        let ethnicity = options.ethnicity.clone();
        let (by, indicators) = (Vec::new(), Vec::new());
        let mut job = Self { profile, extract, fields, choices, by, by_name, period, indicators, ethnicity, notes };
        let wanted = options.by.as_ref().unwrap_or(&profile.dimensions).iter().chain(&options.also_by);
        job.choose_dimensions(wanted)?;
        Ok(job)
    }

    fn choose_dimensions<'b>(&mut self, wanted: impl Iterator<Item = &'b String>) -> Result<(), ExtractError> {
        let available = dimensions::available(&self.fields);
        for name in wanted {
            if self.by.contains(name) || self.period.is_some_and(|grain| grain.id() == name) {
                continue;
            }
            if available.contains(name) {
                self.by.push(name.clone());
            } else if self.by_name.contains(name) {
                let known = self.profile.fields.contains_key(name);
                let reason = if known {
                    "the extract has no column for it that groups can be made of"
                } else {
                    "no field of the profile gives it"
                };
                return Err(ExtractError::Dimension {
                    dimension: name.clone(),
                    reason: reason.to_owned(),
                    available: available.join(", "),
                });
            } else {
                self.notes.push(format!(
                    "There is no breakdown by {}: the extract has no column for it.",
                    name.replace('_', " ")
                ));
            }
        }
        Ok(())
    }

    pub(super) fn choose_indicators(&mut self, options: &CountOptions) -> Result<(), ExtractError> {
        let wanted = options.indicators.as_ref().unwrap_or(&self.profile.indicators);
        for id in wanted {
            let Some(definition) = options.definitions.iter().find(|definition| definition.id == *id) else {
                let known: Vec<&str> = options.definitions.iter().map(|definition| definition.id.as_str()).collect();
                let reason = format!("it is not defined. Defined are {}", known.join(", "));
                return Err(ExtractError::Indicator { indicator: id.clone(), reason });
            };
            match self.missing_for(definition) {
                None => self.indicators.push(definition.clone()),
                Some(reason) if options.indicators.is_some() => {
                    return Err(ExtractError::Indicator { indicator: id.clone(), reason });
                }
                Some(reason) => self.notes.push(format!("\"{}\" was not counted: {reason}.", definition.title)),
            }
        }
        if self.indicators.is_empty() {
            let reason =
                "the extract has the columns of none of the profile's indicators; name one with --indicator".to_owned();
            return Err(ExtractError::Nothing(reason));
        }
        Ok(())
    }

    /// Why an indicator cannot be counted here, if so.
    fn missing_for(&self, definition: &Indicator) -> Option<String> {
        if matches!(definition.kind, evenly_cube::Kind::Counted) {
            return Some("it is for tables that are counted already".to_owned());
        }
        let absent = |field: &&str| {
            self.fields.reader(field).is_none() && dimensions::asked(field, &self.fields, self.choices).is_none()
        };
        let missing: Vec<&str> = definition.fields().into_iter().filter(absent).collect();
        if missing.is_empty() {
            let evenly_cube::Kind::Sums { sum, over, .. } = &definition.kind else { return None };
            let kind = |field: &str| self.fields.reader(field).map(|reader| reader.field().kind);
            let other = [sum, over].into_iter().find(|field| kind(field) != Some(FieldType::Decimal))?;
            return Some(format!("the field `{other}` is not of type `decimal`, so it cannot be added up"));
        }
        Some(format!("the extract has no column for {}", missing.join(", ")))
    }

    /// Runs the pass: once, or once more where values turned up that the beginnings of the files did not have.
    pub(super) fn run(
        &mut self,
        engine: &dyn Engine,
        rejects: &dyn RejectSink,
        progress: &dyn Progress,
        all_fields: &[String],
    ) -> Result<(Counted, Layout), ExtractError> {
        let mut seen = dimensions::unseen(&self.by, self.profile, self.period, &self.fields);
        let readers = seen.values().filter_map(|seen| {
            let header = self.fields.header(&seen.field)?.to_owned();
            Some((seen.field.clone(), (self.fields.reader(&seen.field)?.clone(), header)))
        });
        let readers = readers.collect();
        seen::peek(&mut seen, &readers, &self.extract.units, progress)?;
        let mut first = true;
        loop {
            self.leave_out_large(&mut seen)?;
            let (plan, layout) = self.plan(&seen, all_fields)?;
            // Rows are rejected in the same way in every pass, so only the first writes them down.
            let sink: &dyn RejectSink = if first { rejects } else { &NoRejects };
            let counted = engine.count(&plan, &self.extract.units, sink, progress)?;
            // All of them must learn, so this is not `any`, which stops at the first.
            let with_new = seen.values_mut().map(Seen::learn).filter(|is_new| *is_new).count();
            if with_new == 0 {
                self.note_layout(&layout);
                return Ok((counted, layout));
            }
            if progress.cancelled() {
                return Err(EngineError::Cancelled.into());
            }
            first = false;
        }
    }

    /// Takes away dimensions with too many groups; an error if they were asked for by name.
    fn leave_out_large(&mut self, seen: &mut BTreeMap<String, Seen>) -> Result<(), ExtractError> {
        let large: Vec<(String, usize)> =
            seen.iter().filter(|(_, seen)| seen.is_too_many()).map(|(name, seen)| (name.clone(), seen.limit)).collect();
        for (name, limit) in large {
            if self.by_name.contains(&name) || name == PERIOD {
                let shown = if name == PERIOD { "period".to_owned() } else { name };
                return Err(ExtractError::TooManyGroups { dimension: shown, limit });
            }
            seen.remove(&name);
            self.by.retain(|own| *own != name);
            let words = name.replace('_', " ");
            self.notes.push(format!("There is no breakdown by {words}: it has more than {limit} groups."));
        }
        Ok(())
    }

    fn coded(&self, seen: &BTreeMap<String, Seen>) -> Vec<(Coded, Option<Seen>)> {
        let mut all = Vec::new();
        if let (Some(grain), Some(rule), Some(period)) = (self.period, &self.profile.period, seen.get(PERIOD))
            && let Some(reader) = self.fields.reader(&rule.field)
        {
            all.push((dimensions::periods(grain, reader, period), Some(period.clone())));
        }
        for name in &self.by {
            if let Some(coded) = dimensions::coded(name, &self.fields, self.choices, seen) {
                all.push((coded, seen.get(name).cloned()));
            }
        }
        all
    }

    fn plan(&self, seen: &BTreeMap<String, Seen>, all_fields: &[String]) -> Result<(Plan, Layout), ExtractError> {
        let mut builder = PlanBuilder::new(self.profile, &self.fields, self.choices, &self.indicators);
        builder.reject_required();
        let rules_left_out = builder.exclude()?;
        let dimensions = self.coded(seen);
        let mut layout = Layout { rules_left_out, ..Layout::default() };
        for (coded, seen) in &dimensions {
            if let Some(axis) = builder.dimension(coded, seen.as_ref()) {
                layout.add_dimension(coded, axis);
            }
        }
        let readings = builder.readings(&self.indicators)?;
        let axes: Vec<usize> = readings.iter().map(|reading| reading.axis).collect();
        layout.add_tables(&mut builder, readings);
        layout.follow(&mut builder, &axes);
        layout.add_sums(&mut builder, &self.indicators)?;
        layout.add_quality(&mut builder, &self.quality_fields(&layout, all_fields));
        for field in all_fields {
            let is_identifier =
                self.fields.reader(field).is_some_and(|reader| reader.field().kind == FieldType::Identifier);
            if is_identifier && let Some(axis) = builder.identifier(field) {
                layout.identifiers.push((field.clone(), builder.tally(vec![axis], Amount::Rows)));
            }
        }
        Ok((builder.plan, layout))
    }

    /// The fields whose quality is counted: those asked for, or those that dimensions and indicators rest on.
    fn quality_fields(&self, layout: &Layout, all_fields: &[String]) -> Vec<String> {
        if !all_fields.is_empty() {
            return all_fields.to_vec();
        }
        let mut fields: Vec<String> = layout.dimensions.iter().map(|dimension| dimension.field.clone()).collect();
        fields.extend(self.indicators.iter().flat_map(|indicator| indicator.fields()).map(str::to_owned));
        // Days between two dates are known where both dates are.
        let ends = |field: &String| {
            let definition = self.fields.reader(field).map(|reader| reader.field().clone()).unwrap_or_default();
            if definition.kind == FieldType::DaysBetween {
                definition.from.into_iter().chain(definition.to).collect()
            } else {
                vec![field.clone()]
            }
        };
        let mut fields: Vec<String> = fields.iter().flat_map(ends).collect();
        fields.retain(|field| self.fields.reader(field).is_none_or(|reader| !reader.field().for_some));
        fields.sort();
        fields.dedup();
        // Two fields of one column (ethnicity, and as a standard groups it) have the same gaps.
        let mut columns = BTreeSet::new();
        fields.retain(|field| self.fields.header(field).is_none_or(|header| columns.insert(header)));
        fields
    }

    fn note_layout(&mut self, layout: &Layout) {
        for rule in &layout.rules_left_out {
            self.notes
                .push(format!("The rule \"{rule}\" was not applied: the extract has no column that it looks at."));
        }
        for dimension in &layout.dimensions {
            if let Some(note) = &dimension.dimension.note
                && !self.notes.contains(note)
            {
                self.notes.push(note.clone());
            }
        }
    }
}
