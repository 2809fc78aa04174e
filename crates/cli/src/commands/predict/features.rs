//! `evenly predict features`: what is looked at, and what each hints at.

use clap::Args;
use evenly_prediction::features::{shipped_set, shipped_set_ids, shipped_set_text};

use crate::exit::Usage;
use crate::show;

/// Arguments of `evenly predict features`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly predict features
  evenly predict features --show missed-appointments > ours.toml")]
pub struct Arguments {
    /// Print this set as TOML
    #[arg(long, value_name = "SET")]
    show: Option<String>,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    if let Some(id) = &arguments.show {
        let text = shipped_set_text(id).ok_or_else(|| {
            Usage(format!(
                "there is no feature set `{id}`; there are {}",
                shipped_set_ids().collect::<Vec<_>>().join(", ")
            ))
        })?;
        return Ok(show::print(text)?);
    }
    let mut text = String::new();
    for id in shipped_set_ids() {
        let set = shipped_set(id)?;
        text.push_str(&format!("{id} (version {}): {}\n", set.version, set.title));
        let lines: Vec<Vec<String>> = set
            .feature
            .iter()
            .map(|feature| {
                let barrier = feature.barrier.as_ref().and_then(|id| set.barrier(id));
                vec![
                    format!("  {}", feature.id),
                    feature.title.clone(),
                    barrier.map_or_else(String::new, |barrier| barrier.words.clone()),
                ]
            })
            .collect();
        text.push_str(&show::columns(&lines));
    }
    Ok(show::print(&text)?)
}
