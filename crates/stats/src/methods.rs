//! The list of methods: every family's own list, in the order of the reference.

use std::sync::LazyLock;

use crate::method::Method;
use crate::{
    compare, decompose, economics, evaluate, funnel, gap, histogram, inequality, life_expectancy, masked, mean,
    multilevel, proportion, quantile, rate, score, spc, standardise,
};

const ESTIMATES: &[&Method] = &[
    &proportion::METHOD,
    &rate::METHOD,
    &mean::METHOD,
    &quantile::METHOD,
    &compare::METHOD,
    &compare::GAP_COUNT,
    &histogram::METHOD,
];

static LIST: LazyLock<Vec<&'static Method>> = LazyLock::new(|| {
    [
        ESTIMATES,
        standardise::METHODS,
        &[&life_expectancy::METHOD],
        inequality::METHODS,
        gap::METHODS,
        spc::METHODS,
        funnel::METHODS,
        multilevel::METHODS,
        decompose::METHODS,
        masked::METHODS,
        evaluate::METHODS,
        score::METHODS,
        economics::METHODS,
    ]
    .concat()
});

/// Every method, in the order of the reference.
pub fn methods() -> &'static [&'static Method] {
    &LIST
}

/// A method by its name.
pub fn find(id: &str) -> Option<&'static Method> {
    methods().iter().copied().find(|method| method.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::methods;

    #[test]
    fn no_two_methods_share_a_name_and_titles_fit_a_line() {
        let mut seen = BTreeSet::new();
        for method in methods() {
            assert!(seen.insert(method.id), "two methods are called {}", method.id);
            assert!(method.title.chars().count() <= 80, "the title of {} is longer than 80 characters", method.id);
        }
    }
}
