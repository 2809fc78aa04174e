//! Decomposition of changes and of gaps.

pub mod das_gupta;
pub mod kitagawa;
pub mod oaxaca;

use crate::method::Method;

/// The methods of this family, in the order of the reference.
pub const METHODS: &[&Method] = &[&kitagawa::METHOD, &das_gupta::METHOD, &oaxaca::METHOD];

#[cfg(test)]
mod tests {
    use super::METHODS;
    use crate::method::Options;
    use crate::table::{Table, Value};

    #[test]
    fn every_method_runs_its_own_example() {
        for method in METHODS {
            let mut lines = method.example.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
            let header = lines.next().unwrap();
            let rows: Vec<Vec<String>> = lines.collect();
            let cell = |text: &String| text.parse().map_or_else(|_| Value::Text(text.clone()), Value::Number);
            let column = |place: usize| rows.iter().map(|row| cell(&row[place])).collect();
            let columns = header.iter().enumerate().map(|(place, name)| (name.clone(), column(place)));
            let answer = method.measure(&Table::new(columns.collect()).unwrap(), &Options::default());
            assert!(answer.is_ok_and(|rows| rows.len() > 5), "{}", method.id);
        }
    }
}
