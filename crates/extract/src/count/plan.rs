//! From fields, dimensions and indicators to the plan that an engine runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use evenly_cube::{Condition, FieldValue, GroupState, Indicator, Kind, Membership, Reading};

use super::ExtractError;
use super::dimensions::{self, Choices, Coded};
use super::resolve::Fields;
use super::seen::Seen;
use super::truths::{Classes, tabulate};
use crate::engine::{Amount, Axis, Check, CheckKind, Coder, Followed, Plan, QualityTally, Tally, Weight};
use crate::profile::{FieldReader, FieldType, Meaning, Profile};
use crate::readers::{ColumnKind, ColumnRequest, Raw};

/// The states of a field in the order that quality tallies have them.
pub(crate) const STATES: [GroupState; 5] =
    [GroupState::Known, GroupState::NotStated, GroupState::NotKnown, GroupState::Missing, GroupState::Invalid];

/// The field that tells people apart.
const PERSON: &str = "person";

/// The reading axis of a table: which states or weeks its codes are, for which indicators.
pub(crate) struct ReadingAxis {
    pub axis: usize,
    /// Positions among the indicators, and what the codes mean to each.
    pub readings: Vec<(usize, Reading)>,
}

/// Builds a plan; axes and columns that are asked for twice are made once.
pub(crate) struct PlanBuilder<'a> {
    profile: &'a Profile,
    fields: &'a Fields,
    choices: Choices,
    classes: BTreeMap<String, Classes>,
    class_axes: BTreeMap<String, usize>,
    columns: BTreeMap<String, usize>,
    pub plan: Plan,
}

impl<'a> PlanBuilder<'a> {
    /// Begins a plan in which these indicators' conditions and the profile's rules can be asked.
    pub fn new(profile: &'a Profile, fields: &'a Fields, choices: Choices, indicators: &[Indicator]) -> Self {
        let plan = Plan {
            columns: Vec::new(),
            axes: Vec::new(),
            checks: Vec::new(),
            tallies: Vec::new(),
            quality: Vec::new(),
            weight: Weight::One,
            followed: None,
        };
        let rules = profile.exclude.iter().filter(|rule| has_all(fields, &rule.when)).map(|rule| &rule.when);
        let asked: Vec<Condition> = indicators.iter().flat_map(conditions).collect();
        let conditions: Vec<&Condition> = rules.chain(&asked).collect();
        let mut classes = BTreeMap::new();
        for field in conditions.iter().flat_map(|condition| condition.fields()) {
            let make = || Classes::new(fields.reader(field), field, &conditions);
            classes.entry(field.to_owned()).or_insert_with(make);
        }
        Self { profile, fields, choices, classes, class_axes: BTreeMap::new(), columns: BTreeMap::new(), plan }
    }

    /// Column of a field.
    fn column(&mut self, reader: &FieldReader, header: &str) -> usize {
        if let Some(column) = self.columns.get(reader.name()) {
            return *column;
        }
        self.plan.columns.push(reader.request(header));
        let column = self.plan.columns.len() - 1;
        self.columns.insert(reader.name().to_owned(), column);
        column
    }

    fn add_axis(&mut self, name: String, size: usize, coder: Coder) -> usize {
        self.plan.axes.push(Axis { name, size: code(size), coder });
        self.plan.axes.len() - 1
    }

    /// An axis by the value of a field that is a column.
    fn value_axis(
        &mut self,
        name: String,
        field: &str,
        size: usize,
        of: impl Fn(&Meaning) -> usize + Send + Sync + 'static,
    ) -> Option<usize> {
        let (fields, header) = (self.fields, self.fields.header(field)?);
        let reader = fields.reader(field)?.clone();
        let column = self.column(&reader, header);
        let coder = Coder::Value { column, code: Arc::new(move |raw: &Raw| code(of(&reader.read(raw)))) };
        Some(self.add_axis(name, size, coder))
    }

    /// An axis by the days of a `days-between` field.
    fn days_axis(
        &mut self,
        name: String,
        field: &str,
        size: usize,
        of: impl Fn(Option<i32>) -> usize + Send + Sync + 'static,
    ) -> Option<usize> {
        let fields = self.fields;
        let definition = fields.reader(field)?.field();
        let mut ends = [0; 2];
        for (end, name) in ends.iter_mut().zip([definition.from.as_deref()?, definition.to.as_deref()?]) {
            *end = self.column(fields.reader(name)?, fields.header(name)?);
        }
        let coder = Coder::DaysBetween { from: ends[0], to: ends[1], code: Arc::new(move |days| code(of(days))) };
        Some(self.add_axis(name, size, coder))
    }

    fn is_days(&self, field: &str) -> bool {
        self.fields.reader(field).is_some_and(|reader| reader.field().kind == FieldType::DaysBetween)
    }

    /// The axis of a dimension; values that are new to `seen` are noted.
    pub fn dimension(&mut self, coded: &Coded, seen: Option<&Seen>) -> Option<usize> {
        let dimension = coded.dimension();
        let (name, size) = (dimension.id.clone(), dimension.groups.len());
        match coded {
            Coded::Days { field, bands } => {
                let of = Arc::clone(&bands.1);
                self.days_axis(name, field, size, move |days| of(days))
            }
            Coded::Field { field, derived } => {
                let of = Arc::clone(&derived.code);
                let watch = seen.map(Seen::watch);
                self.value_axis(name, field, size, move |meaning| {
                    if let Some(watch) = &watch {
                        watch(meaning);
                    }
                    of(meaning)
                })
            }
        }
    }

    /// The axis of a field's state, in the order of [`STATES`].
    fn state(&mut self, field: &str) -> Option<usize> {
        let of = |meaning: &Meaning| {
            let state = meaning.state();
            STATES.iter().position(|own| *own == state).unwrap_or(0)
        };
        self.value_axis(format!("{field}: state"), field, STATES.len(), of)
    }

    /// The axis of the classes of a field.
    fn class(&mut self, field: &str) -> Option<usize> {
        if let Some(axis) = self.class_axes.get(field) {
            return Some(*axis);
        }
        let classes = self.classes.get(field)?.clone();
        let (name, size) = (format!("{field}: class"), classes.len());
        let axis = if let Some(coded) = dimensions::asked(field, self.fields, self.choices) {
            self.derived_class(name, coded, &classes)?
        } else if self.is_days(field) {
            self.days_axis(name, field, size, move |days| {
                classes.class(days.map_or(FieldValue::Missing, |days| FieldValue::Number(f64::from(days))))
            })?
        } else {
            let reader = self.fields.reader(field)?.clone();
            self.value_axis(name, field, size, move |meaning| reader.with_value(meaning, |value| classes.class(value)))?
        };
        self.class_axes.insert(field.to_owned(), axis);
        Some(axis)
    }

    /// The axis of the classes of a derived dimension, whose values are the ids of its known groups.
    fn derived_class(&mut self, name: String, coded: Coded, classes: &Classes) -> Option<usize> {
        let size = classes.len();
        let of_group: Vec<usize> = coded
            .dimension()
            .groups
            .iter()
            .map(|group| match group.state {
                GroupState::Known => classes.class(FieldValue::Text(&group.id)),
                _ => classes.class(FieldValue::Missing),
            })
            .collect();
        match coded {
            Coded::Days { field, bands } => self.days_axis(name, &field, size, move |days| of_group[(bands.1)(days)]),
            Coded::Field { field, derived } => {
                self.value_axis(name, &field, size, move |meaning| of_group[(derived.code)(meaning)])
            }
        }
    }

    /// An axis that combines the classes of the fields that conditions look at.
    fn combined(
        &mut self,
        name: &str,
        conditions: &[&Condition],
        of: impl FnMut(&dyn Fn(&Condition) -> Option<bool>) -> u32,
    ) -> Result<usize, ExtractError> {
        let too_many = || {
            ExtractError::Nothing(format!(
                "the conditions of {name} have too many combinations; count fewer indicators at once"
            ))
        };
        let (fields, table) = tabulate(&self.classes, conditions, of).ok_or_else(too_many)?;
        let table: Arc<[u32]> = table.into();
        let size = table.iter().max().map_or(1, |code| *code as usize + 1);
        let absent = || ExtractError::Nothing(format!("{name} need a field that is not there"));
        if let [field] = &fields[..]
            && !self.is_days(field)
            && self.fields.reader(field).is_some()
        {
            return self.of_one_field(name, field, size, table).ok_or_else(absent);
        }
        let axes: Option<Vec<usize>> = fields.iter().map(|field| self.class(field)).collect();
        let coder = Coder::Combined { axes: axes.ok_or_else(absent)?, table };
        Ok(self.add_axis(name.to_owned(), size, coder))
    }

    /// Conditions on one field need no table of combinations: the codes come straight from its distinct values.
    fn of_one_field(&mut self, name: &str, field: &str, size: usize, table: Arc<[u32]>) -> Option<usize> {
        let reader = self.fields.reader(field)?.clone();
        let classes = self.classes.get(field)?.clone();
        self.value_axis(name.to_owned(), field, size, move |meaning| {
            reader.with_value(meaning, |value| table[classes.class(value)] as usize)
        })
    }

    /// Rejects rows whose required fields are missing or invalid.
    pub fn reject_required(&mut self) {
        let fields = self.fields;
        let required: Vec<FieldReader> = fields
            .names()
            .filter_map(|name| fields.reader(name))
            .filter(|reader| reader.field().required)
            .cloned()
            .collect();
        for reader in required {
            let Some(axis) = self.state(reader.name()) else { continue };
            let column = self.columns.get(reader.name()).copied().unwrap_or(0);
            for (state, reason) in
                [(GroupState::Missing, "nothing recorded".to_owned()), (GroupState::Invalid, reader.invalid_reason())]
            {
                let hit = STATES.iter().map(|own| *own == state).collect();
                let kind = CheckKind::Reject { field: reader.name().to_owned(), column, reason };
                self.plan.checks.push(Check { axis, hit, kind });
            }
        }
        if let Some(weight) = &self.profile.weight
            && let Some(column) = self.columns.get(weight)
        {
            self.plan.weight = Weight::Column(*column);
        }
    }

    /// Leaves out rows by the profile's rules; gives back the rules that cannot be asked because a field is not there.
    pub fn exclude(&mut self) -> Result<Vec<String>, ExtractError> {
        let (there, absent): (Vec<_>, Vec<_>) =
            self.profile.exclude.iter().partition(|rule| has_all(self.fields, &rule.when));
        for rule in there {
            let applies = |answer: &dyn Fn(&Condition) -> Option<bool>| u32::from(answer(&rule.when) == Some(true));
            let axis = self.combined("the rules for leaving rows out", &[&rule.when], applies)?;
            let hit = (0..self.plan.axes[axis].size).map(|code| code == 1).collect();
            self.plan.checks.push(Check { axis, hit, kind: CheckKind::Exclude { rule: rule.name.clone() } });
        }
        Ok(absent.into_iter().map(|rule| rule.name.clone()).collect())
    }

    /// One axis for all proportions that look at the same fields, whose codes are the distinct ways of standing to all of them;
    /// one for each of the waits. Proportions of other fields get an axis of their own: together they would have as many codes
    /// as the product of both, and the disclosure gate's work goes by the cube of the codes.
    pub fn readings(&mut self, indicators: &[Indicator]) -> Result<Vec<ReadingAxis>, ExtractError> {
        let mut axes = Vec::new();
        let mut proportions = Vec::new();
        for (position, indicator) in indicators.iter().enumerate() {
            if let Some((numerator, denominator)) = indicator.kind.memberships()? {
                proportions.push((position, numerator, denominator));
            }
        }
        for together in by_fields(proportions) {
            axes.push(self.memberships(&together)?);
        }
        for (position, indicator) in indicators.iter().enumerate() {
            if let Kind::Waits { field, denominator, last_week } = &indicator.kind {
                axes.push(self.weeks(position, field, denominator, *last_week)?);
            }
        }
        Ok(axes)
    }

    fn memberships(&mut self, proportions: &[Proportion]) -> Result<ReadingAxis, ExtractError> {
        let conditions: Vec<&Condition> = proportions.iter().flat_map(|(_, top, bottom)| [top, bottom]).collect();
        let mut states: Vec<Vec<Membership>> = Vec::new();
        let of = |answer: &dyn Fn(&Condition) -> Option<bool>| {
            let stand = |(_, numerator, denominator): &Proportion| match (answer(denominator), answer(numerator)) {
                (Some(true), Some(true)) => Membership::Numerator,
                (Some(true), _) => Membership::Denominator,
                _ => Membership::Outside,
            };
            let state: Vec<Membership> = proportions.iter().map(stand).collect();
            let known = states.iter().position(|own| *own == state).unwrap_or_else(|| {
                states.push(state);
                states.len() - 1
            });
            code(known)
        };
        let axis = self.combined("the indicators", &conditions, of)?;
        let reading = |column: usize| Reading::Membership(states.iter().map(|state| state[column]).collect());
        let readings = proportions.iter().enumerate().map(|(column, (position, ..))| (*position, reading(column)));
        Ok(ReadingAxis { axis, readings: readings.collect() })
    }

    /// Codes: 0 outside, then whole weeks from 0 to the last.
    fn weeks(
        &mut self,
        position: usize,
        field: &str,
        denominator: &Condition,
        last: u32,
    ) -> Result<ReadingAxis, ExtractError> {
        let weeks = last as usize + 1;
        let of = move |days: i64| usize::try_from(days.div_euclid(7)).map_or(0, |week| week.min(weeks - 1) + 1);
        let name = format!("{field}: weeks");
        let by_week = if self.is_days(field) {
            self.days_axis(name, field, weeks + 1, move |days| days.map_or(0, |days| of(days.into())))
        } else {
            self.value_axis(name, field, weeks + 1, move |meaning| match meaning {
                Meaning::Whole(days) => of(*days),
                Meaning::Hundredths(days) => of(days.div_euclid(100)),
                _ => 0,
            })
        };
        let by_week = by_week.ok_or_else(|| ExtractError::Nothing(format!("the field `{field}` is not there")))?;
        let counts = |answer: &dyn Fn(&Condition) -> Option<bool>| u32::from(answer(denominator) == Some(true));
        let inside = self.combined("the waits", &[denominator], counts)?;
        let size = self.plan.axes[inside].size;
        let crossed: Vec<u32> = (0..size)
            .flat_map(|inside| (0..=weeks).map(move |week| if inside == 1 { code(week) } else { 0 }))
            .collect();
        let coder = Coder::Combined { axes: vec![inside, by_week], table: crossed.into() };
        let axis = self.add_axis(format!("{field}: weeks of those who count"), weeks + 1, coder);
        let meaning = std::iter::once(None).chain((0..=last).map(Some)).collect();
        Ok(ReadingAxis { axis, readings: vec![(position, Reading::Weeks(meaning))] })
    }

    /// The column of a field that is added up.
    pub fn number(&mut self, field: &str) -> Option<usize> {
        let (fields, header) = (self.fields, self.fields.header(field)?);
        let reader = fields.reader(field).filter(|reader| reader.field().kind == FieldType::Decimal)?.clone();
        Some(self.column(&reader, header))
    }

    /// Follows people from row to row by these tables, where the extract says who is who and a row is one.
    pub fn follow(&mut self, by: Vec<Vec<usize>>) -> bool {
        let (fields, weighted) = (self.fields, self.profile.weight.is_some());
        let person = fields.header(PERSON).zip(fields.reader(PERSON)).filter(|_| !weighted);
        let Some((header, _)) = person.filter(|(_, reader)| reader.field().kind == FieldType::Identifier) else {
            return false;
        };
        // As text, to tell people apart; what stands there is hashed, and kept no longer than its chunk of rows.
        let missing: Vec<String> = fields.reader(PERSON).map(|own| own.field().missing.clone()).unwrap_or_default();
        let request = ColumnRequest { header: header.to_owned(), kind: ColumnKind::Text, missing: missing.into() };
        self.plan.columns.push(request);
        self.plan.followed = Some(Followed { column: self.plan.columns.len() - 1, by });
        true
    }

    /// A table of cells by these axes.
    pub fn tally(&mut self, axes: Vec<usize>, adds: Amount) -> usize {
        self.plan.tallies.push(Tally { axes, adds });
        self.plan.tallies.len() - 1
    }

    /// Counts the not-known states of a field by these axes. Fields that are not columns are not counted.
    pub fn quality(&mut self, field: &str, by: Vec<usize>) -> bool {
        let Some(state) = self.state(field) else { return false };
        self.plan.quality.push(QualityTally { state, by });
        true
    }

    /// Axis of an identifier: 0 missing, 1 usual, 2 unusual.
    pub fn identifier(&mut self, field: &str) -> Option<usize> {
        let of = |meaning: &Meaning| match meaning {
            Meaning::Text(text) => 1 + usize::from(&**text != "usual"),
            _ => 0,
        };
        self.value_axis(format!("{field}: form"), field, 3, of)
    }
}

/// An indicator's position, numerator and denominator.
type Proportion = (usize, Condition, Condition);

/// Proportions in groups that have no field in common.
fn by_fields(proportions: Vec<Proportion>) -> Vec<Vec<Proportion>> {
    let mut groups: Vec<(Vec<String>, Vec<Proportion>)> = Vec::new();
    for own in proportions {
        let mut fields: Vec<String> = own.1.fields().into_iter().chain(own.2.fields()).map(str::to_owned).collect();
        let mut together = Vec::new();
        let (shared, apart): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|(other, _)| other.iter().any(|field| fields.contains(field)));
        for (other, members) in shared {
            fields.extend(other);
            together.extend(members);
        }
        together.push(own);
        groups = apart;
        groups.push((fields, together));
    }
    groups.into_iter().map(|(_, together)| together).collect()
}

/// The conditions of an indicator. A definition whose conditions cannot be made has none; it is refused when it is read.
fn conditions(indicator: &Indicator) -> Vec<Condition> {
    match &indicator.kind {
        Kind::Proportion { .. } | Kind::Sums { .. } => {
            let memberships = indicator.kind.memberships().ok().flatten();
            memberships.map(|(top, bottom)| vec![top, bottom]).unwrap_or_default()
        }
        Kind::Waits { denominator, .. } => vec![denominator.clone()],
        Kind::Counted => Vec::new(),
    }
}

fn has_all(fields: &Fields, condition: &Condition) -> bool {
    condition.fields().iter().all(|field| fields.reader(field).is_some())
}

/// Codes are small by construction: groups, classes and weeks are bounded far below 2^32.
fn code(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
