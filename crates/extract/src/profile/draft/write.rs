//! Writing the draft down as TOML, with what the analyst has to finish.

use jiff::civil::Date;

use super::look::{Guess, Look};
use super::{Seen, identifier};

/// The draft as TOML.
pub(super) fn profile(id: &str, file: &str, today: Date, columns: &[Seen], looks: &[Look]) -> String {
    let has = |name: &str| looks.iter().any(|look| look.name == name && !matches!(look.guess, Guess::LeftOut(_)));
    let mut toml = head(id, file, today, &has);
    if counted(columns) {
        toml.push_str(
            "# This looks like a table that is counted already (a numerator and a denominator by group).\n# If so, begin with `evenly profile show grouped-table` instead.\n\n",
        );
    }
    let dated = |look: &&Look| matches!(look.guess, Guess::Date { .. } | Guess::Month(_));
    let along = looks.iter().find(|look| look.name == "appointment_date").or_else(|| looks.iter().find(dated));
    if let Some(look) = along.filter(|look| dated(look)) {
        toml.extend([format!("# CHECK: the field that time runs along. Steps are day, week, month, quarter, year.\n[period]\nfield = {}\nby = \"month\"\n\n", quoted(&look.name))]);
    }
    for (column, look) in columns.iter().zip(looks) {
        field(&mut toml, column, look);
    }
    let is_date = |name: &str| looks.iter().any(|l| l.name == name && matches!(l.guess, Guess::Date { .. }));
    if is_date("booking_date") && is_date("appointment_date") && !has("lead_days") {
        toml.push_str("[fields.lead_days]\ntitle = \"Days from booking to appointment\"\ntype = \"days-between\"\nfrom = \"booking_date\"\nto = \"appointment_date\"\n\n");
    }
    if looks.iter().all(|look| matches!(look.guess, Guess::LeftOut(_))) {
        toml.push_str(&unusable(columns));
    }
    toml.push_str("# Rows to leave out by rule, for instance:\n# [[exclude]]\n# name = \"appointment in the future\"\n# when = \"attendance = '0'\"\n# why = \"It has not happened yet, so nobody can have missed it.\"\n# source = \"NHS Data Model and Dictionary, ATTENDED OR DID NOT ATTEND CODE, code 0\"\n");
    toml
}

fn head(id: &str, file: &str, today: Date, has: &dyn Fn(&str) -> bool) -> String {
    let mut dimensions = Vec::new();
    if has("lsoa") || has("deprivation_text") {
        dimensions.push("deprivation");
    }
    for (field, dimension) in [("ethnicity", "ethnic_group"), ("sex", "sex"), ("age", "age_band")] {
        if has(field) {
            dimensions.push(dimension);
        }
    }
    let list = |names: &[&str]| names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
    let indicators: &[&str] = if has("attendance") { &["did-not-attend"] } else { &[] };
    format!(
        "# Drafted from the header and the first rows of the file. Go through it once: every line marked CHECK is a guess.\n\
         # Then try it: evenly check FILE --profile {id}.toml\n\
         id = {}\nversion = 1\n\
         # CHECK: say what the extract is and where it comes from (system, query, who made it, when).\n\
         title = {}\nsource = {}\ndate = \"{today}\"\n\
         # CHECK: the disclosure policy your data are under (`evenly` lists them: hes-1-7, round-5-suppress-0-4, …).\n\
         policy = \"hes-1-7\"\n\
         # CHECK: what to break down by; any field of type `code` below can be added.\n\
         dimensions = [{}]\nindicators = [{}]\n\n",
        quoted(id),
        quoted(&format!("Extract {file}")),
        quoted(&format!("Drafted from {file}")),
        list(&dimensions),
        list(indicators),
    )
}

/// Whether the headers are those of a table that is counted already.
fn counted(columns: &[Seen]) -> bool {
    let has = |words: &[&str]| columns.iter().any(|column| words.contains(&identifier(&column.header, '_').as_str()));
    has(&["numerator", "events", "given_n", "count_numerator"])
        && has(&["denominator", "population", "eligible_n", "count_denominator"])
}

/// One field.
fn field(toml: &mut String, column: &Seen, look: &Look) {
    let header = quoted(&column.header);
    if let Guess::LeftOut(why) = look.guess {
        toml.extend([format!("# The column {header} is left out: {why}.\n\n")]);
        return;
    }
    let body = match &look.guess {
        Guess::List(list) => format!("type = \"code\"\ncodes = \"{list}\"\n"),
        Guess::Attendance(map) => {
            let pairs = map.iter().map(|(recorded, code)| format!("{} = \"{code}\"", quoted(recorded)));
            let pairs = pairs.collect::<Vec<_>>().join(", ");
            format!(
                "type = \"code\"\ncodes = \"attendance\"\n# CHECK: 5 attended, 3 did not attend, 2 cancelled by the patient, 4 by the provider.\nmap = {{ {pairs} }}\nrequired = true\n"
            )
        }
        Guess::Date { format, ambiguous } => {
            let warning = if *ambiguous {
                "# CHECK: day and month cannot be told apart from the values; %m/%d/%Y would fit as well.\n"
            } else {
                ""
            };
            format!("type = \"date\"\n{warning}formats = [{}]\n", quoted(format))
        }
        Guess::Month(format) => format!("type = \"month\"\nformats = [{}]\n", quoted(format)),
        Guess::Age { coded_infants } => {
            let recode = if *coded_infants {
                "# Ages under one year come as 7001 to 7007.\nrecode = [{ from = 7000, to = 7007, is = 0 }]\n"
            } else {
                ""
            };
            format!("type = \"whole\"\n{recode}lowest = 0\nhighest = 120\n")
        }
        Guess::Whole => "type = \"whole\"\n".to_owned(),
        Guess::Identifier(usual) => format!(
            "# Never kept; only whether it has the usual form.\ntype = \"identifier\"\nusual = {}\n",
            quoted(usual)
        ),
        Guess::Text => "type = \"text\"\n".to_owned(),
        Guess::Codes(codes) => {
            let list = codes.iter().map(|code| format!("    {{ code = {0}, label = {0} }},\n", quoted(code)));
            let list = list.collect::<Vec<_>>().concat();
            format!(
                "type = \"code\"\n# CHECK: give each code its label; move what means \"not known\" or \"not stated\" to `not_known` or `not_stated`.\ncodes = [\n{list}]\n"
            )
        }
        Guess::LeftOut(_) => String::new(),
    };
    let missing = match column.missing {
        0 => String::new(),
        _ => "# It is empty in some rows; name other texts for \"nothing recorded\" under `missing`.\n".to_owned(),
    };
    toml.extend([format!("[fields.{}]\n{missing}columns = [{header}]\n{body}\n", look.name)]);
}

/// A profile needs a field; where no column could be used, the first is given as text.
fn unusable(columns: &[Seen]) -> String {
    let Some(first) = columns.first() else {
        return "# CHECK: no column has a name of its own; give the columns names first.\n[fields.column]\ncolumns = [\"column\"]\ntype = \"text\"\n\n".to_owned();
    };
    let (name, header) = (identifier(&first.header, '_'), quoted(&first.header));
    format!(
        "# CHECK: no column could be made out; this one is here as an example.\n[fields.{name}]\ncolumns = [{header}]\ntype = \"text\"\n\n"
    )
}

/// A text as TOML writes it on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.extend([format!("\\u{:04X}", u32::from(c))]),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
