//! The kinds of worlds that the test is judged in.

/// What is planted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Plant {
    Nothing,
    /// Shortfalls of one to three smallest strata.
    Leaf,
    /// Shortfalls of one to three pairs of deprivation and ethnicity.
    Pair,
    /// A shortfall of one deprivation group.
    Main,
    /// A shortfall of one pair of deprivation and ethnicity that its row and column make up for: no main effect.
    Interaction,
    /// Shortfalls of one to five groups, pairs or smallest strata of 50 to 5,000 appointments a period.
    Any,
}

/// One kind of world.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    pub name: &'static str,
    pub plant: Plant,
    /// Appointments a month.
    pub monthly: f64,
    /// Log-odds of an event, on average.
    pub level: f64,
    /// The whole's change, log-odds.
    pub change: f64,
    /// Standard deviation (log-odds) of a smallest stratum's months beyond chance.
    pub dispersion: f64,
    /// The same of the months of each single group (deprivation 3, ethnicity White, …).
    pub group_shocks: f64,
    /// Size (log-odds) of a season that differs between age-sex groups.
    pub own_season: f64,
    /// Whether the sizes of groups change at the split.
    pub mix: bool,
    /// Whether some people come, and miss, twice.
    pub repeats: bool,
    /// Whether some pairs were chosen for the worse of two years before.
    pub chosen: bool,
}

const SCENE: Scene = Scene {
    name: "null, 12,000 a month",
    plant: Plant::Nothing,
    monthly: 12_000.0,
    level: -2.6,
    change: -0.18,
    dispersion: 0.1,
    group_shocks: 0.0,
    own_season: 0.0,
    mix: false,
    repeats: false,
    chosen: false,
};

/// All kinds of worlds, null ones first.
pub const SCENES: [Scene; 22] = [
    Scene { name: "null, 3,000 a month", monthly: 3_000.0, ..SCENE },
    SCENE,
    Scene { name: "null, 40,000", monthly: 40_000.0, ..SCENE },
    Scene { name: "null, rare events", level: -4.2, ..SCENE },
    Scene { name: "null, dispersion 0.2", dispersion: 0.2, ..SCENE },
    Scene { name: "null, shocks by group", group_shocks: 0.05, ..SCENE },
    Scene { name: "null, own seasons", own_season: 0.2, ..SCENE },
    Scene { name: "null, mix changes", mix: true, ..SCENE },
    Scene { name: "null, repeat events", repeats: true, ..SCENE },
    Scene { name: "null, chosen in bad year", chosen: true, ..SCENE },
    Scene { name: "null, flat whole", change: 0.0, ..SCENE },
    Scene { name: "leaf, 12,000", plant: Plant::Leaf, ..SCENE },
    Scene { name: "leaf, 40,000", plant: Plant::Leaf, monthly: 40_000.0, ..SCENE },
    Scene { name: "pair, 3,000", plant: Plant::Pair, monthly: 3_000.0, ..SCENE },
    Scene { name: "pair, 12,000", plant: Plant::Pair, ..SCENE },
    Scene { name: "main, 3,000", plant: Plant::Main, monthly: 3_000.0, ..SCENE },
    Scene { name: "main, 12,000", plant: Plant::Main, ..SCENE },
    Scene { name: "main, mix changes", plant: Plant::Main, mix: true, ..SCENE },
    Scene { name: "pure interaction, 12,000", plant: Plant::Interaction, ..SCENE },
    Scene { name: "any 1–5, 12,000", plant: Plant::Any, ..SCENE },
    Scene {
        name: "any 1–5, all nuisances",
        plant: Plant::Any,
        monthly: 20_000.0,
        group_shocks: 0.03,
        own_season: 0.1,
        mix: true,
        repeats: true,
        ..SCENE
    },
    Scene { name: "worse, flat whole", plant: Plant::Pair, change: 0.0, ..SCENE },
];
