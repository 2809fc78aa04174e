//! The methods' reference as one Markdown page: which measure for which question, then every method's own words.

use std::fmt::Write as _;

use crate::method::Method;
use crate::methods::methods;

/// A question, the methods that answer it, and why these.
struct Advice {
    question: &'static str,
    methods: &'static [&'static str],
    why: &'static str,
}

const GUIDE: &[Advice] = &[
    Advice {
        question: "Ethnicity (or another dimension without order), three years, small numbers",
        methods: &["compare", "bgv", "theil", "maihda"],
        why: "Add the years up first; keep the groups as people name themselves. `compare` says who differs from the rest, \
              with intervals that hold at small counts; `bgv` or `theil` gives one number weighted by people. An SII is \
              refused: ethnic groups have no order. Where groups are crossed with sex or age, `maihda` shrinks small strata.",
    },
    Advice {
        question: "Deprivation, five or ten groups in order",
        methods: &["sii", "difference", "gap-count"],
        why: "The SII uses all groups, not the ends alone, and says in points how far the most and least deprived stand \
              apart on the fitted line; read its linearity and stability checks. `gap-count` says the same in people.",
    },
    Advice {
        question: "Deprivation, areas that do not span the country's range",
        methods: &["gradient"],
        why: "National ranks keep a trust in a deprived city comparable with others; its own fifths are not Core20.",
    },
    Advice {
        question: "Two groups: how far apart, are we sure?",
        methods: &["compare", "difference", "ratio"],
        why: "Give both the difference and the ratio: a falling difference often goes with a rising ratio.",
    },
    Advice {
        question: "What does the gap amount to in people or appointments?",
        methods: &["gap-count", "par", "cost-of-gap"],
        why: "Boards act on counts. `par` gives the same against a chosen reference as a share; `cost-of-gap` adds money.",
    },
    Advice {
        question: "One group's share or rate, with its uncertainty",
        methods: &["proportion", "rate"],
        why: "Wilson and exact limits hold at small counts and at 0 and 100 per cent.",
    },
    Advice {
        question: "Populations of different age",
        methods: &["dsr", "isr", "life-expectancy"],
        why: "`dsr` to compare groups with one another, ten or more events each; `isr` for fewer, against a whole.",
    },
    Advice {
        question: "Waits",
        methods: &["histogram-quantile"],
        why: "The median is the typical wait, the 90th percentile the long one; a mean is pulled by a few very long waits.",
    },
    Advice {
        question: "A monthly series: is it changing?",
        methods: &["xmr", "p", "run"],
        why: "`xmr` with Making Data Count's rules for one number a month; `p` where each month has its denominator; `run` \
              for few points.",
    },
    Advice {
        question: "Rare events",
        methods: &["g", "t", "rate"],
        why: "Count the cases or the days between events; a chart of zeros shows nothing.",
    },
    Advice {
        question: "Many providers, practices or wards",
        methods: &["funnel", "funnel-overdispersed"],
        why: "No ranking: most of what ranks show is chance. Over-dispersed limits where many large units lie outside.",
    },
    Advice {
        question: "Several dimensions at once (sex by age by ethnicity)",
        methods: &["maihda"],
        why: "Shrinks small strata towards what their parts predict, and says how much is more than the parts.",
    },
    Advice {
        question: "The average improves: does everybody share in it?",
        methods: &["masked", "kitagawa"],
        why: "`masked` looks through every stratum with false discoveries held down; `kitagawa` tells a change of rates \
              from a change in who is counted.",
    },
    Advice {
        question: "Is the gap itself closing?",
        methods: &["gap-series", "gap-change"],
        why: "`gap-series` charts the gap month by month and says its trend; `gap-change` compares two periods and says \
              when a gap narrowed by levelling down. Look at difference and ratio: they can tell two stories.",
    },
    Advice {
        question: "We changed something on a known date: did it work, for whom, and for the gap?",
        methods: &["interrupted-series", "difference-in-differences"],
        why: "`interrupted-series` from the series alone, against the line before; `difference-in-differences` where other \
              places did not change. Both answer for the whole, every group and the gap.",
    },
    Advice {
        question: "Clinics or wards took up the change one after another",
        methods: &["stepped-order"],
        why: "Uses the order of starting; beside the usual one effect it gives one from units still waiting alone, right \
              also where the change takes time to work.",
    },
    Advice {
        question: "How much of a gap is explained by lead time, distance, past events?",
        methods: &["oaxaca"],
        why: "Splits it into what differing circumstances explain and what they do not.",
    },
    Advice {
        question: "Which change idea is worth its cost, and for whom?",
        methods: &["dcea", "equity-plane", "cost-of-gap"],
        why: "Puts total benefit beside who gets it, with aversion to inequality as an open choice.",
    },
];

/// The page, ending in a line break; the same methods give the same bytes.
pub fn reference_markdown() -> String {
    let mut page = String::from(
        "# The methods\n\n\
         Generated from the methods' own documentation; do not edit. `evenly measure list` names them, `evenly measure help \
         METHOD` prints one, `evenly measure METHOD TABLE.csv` runs it.\n\n",
    );
    guide(&mut page);
    let mut family = None;
    for method in methods() {
        if family != Some(method.family) {
            family = Some(method.family);
            // Writing to a String cannot fail.
            let _ = write!(page, "## {}\n\n", method.family.title());
        }
        describe(&mut page, method);
    }
    while page.ends_with("\n\n") {
        page.pop();
    }
    page
}

/// One method's part of the page, for `evenly measure help`.
pub fn method_markdown(method: &Method) -> String {
    let mut page = String::new();
    describe(&mut page, method);
    page.pop();
    page
}

fn guide(page: &mut String) {
    page.push_str("## Which measure?\n\n| question | method | why |\n|---|---|---|\n");
    for advice in GUIDE {
        let names: Vec<String> = advice.methods.iter().map(|id| format!("[`{id}`](#{id})")).collect();
        let _ = writeln!(page, "| {} | {} | {} |", cell(advice.question), names.join(", "), cell(advice.why));
    }
    page.push('\n');
}

fn describe(page: &mut String, method: &Method) {
    let _ = write!(
        page,
        "### `{}`\n\n**{}.** {}\n\n{}\n\n",
        method.id,
        method.title,
        method.when_to_use,
        method.doc.trim()
    );
    page.push_str("| column | needed | meaning |\n|---|---|---|\n");
    for column in method.columns {
        let needed = if column.required { "yes" } else { "no" };
        let _ = writeln!(page, "| `{}` | {needed} | {} |", column.name, cell(column.doc));
    }
    page.push('\n');
    if !method.options.is_empty() {
        page.push_str("| option | default | meaning |\n|---|---|---|\n");
        for option in method.options {
            let default = if option.default.is_empty() { "none".to_owned() } else { format!("`{}`", option.default) };
            let _ = writeln!(page, "| `--{}` | {default} | {} |", option.name, cell(option.doc));
        }
        page.push('\n');
    }
    let _ = write!(page, "```csv\n{}\n```\n\n", method.example.trim_end());
}

/// Text within a table: one line, bars escaped.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::{GUIDE, reference_markdown};
    use crate::methods::{find, methods};

    #[test]
    fn the_guide_names_only_methods_that_exist() {
        for advice in GUIDE {
            for id in advice.methods {
                assert!(find(id).is_some(), "the guide names {id}, which is no method");
            }
        }
    }

    #[test]
    fn the_page_has_every_method_once_and_every_chapter_once() {
        let page = reference_markdown();
        for method in methods() {
            let heading = format!("### `{}`\n", method.id);
            assert_eq!(page.matches(&heading).count(), 1, "{}", method.id);
            let chapter = format!("## {}\n", method.family.title());
            assert_eq!(page.matches(&chapter).count(), 1, "{chapter} is not in one piece");
        }
    }
}
