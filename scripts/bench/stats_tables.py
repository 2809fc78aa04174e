"""Writes the seeded tables of the statistics' benchmark as plain CSV, so that any tool can be run on the same numbers.

    stats_tables.py FOLDER

A table that is there already is left as it is."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20260101
AGE_BANDS = [f"{low}-{low + 4}" for low in range(0, 90, 5)] + ["90+"]
ESP_2013 = [5000, 5500, 5500, 5500, 6000, 6000, 6500, *[7000] * 4, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000]


def logistic(odds):
    return 1 / (1 + np.exp(-odds))


def proportions(random, rows=1_000_000):
    denominator = random.integers(20, 5000, rows)
    return {
        "group": [f"a{row}" for row in range(rows)],
        "numerator": random.binomial(denominator, random.beta(2, 8, rows)),
        "denominator": denominator,
    }


def sii(random, indicators=1_000, groups=10):
    place = np.tile(np.arange(1, groups + 1), indicators)
    population = random.integers(5_000, 30_000, indicators * groups)
    level = np.repeat(random.normal(-1.5, 0.5, indicators), groups)
    slope = np.repeat(random.normal(0.4, 0.2, indicators), groups)
    return {
        "indicator": np.repeat(np.arange(1, indicators + 1), groups),
        "rank": place,
        "population": population,
        "numerator": random.binomial(population, logistic(level + slope * (0.5 - place / groups))),
    }


def standardised(random, areas=10_000):
    """Areas by five-year age band, with a reference population for indirect standardisation."""
    bands = len(AGE_BANDS)
    shape = np.array([55, 50, 48, 52, 60, 66, 68, 66, 62, 60, 64, 66, 60, 52, 48, 38, 26, 15, 9]) / 10
    rates = np.exp(np.linspace(-7.5, -2.0, bands))
    population = np.maximum(1, (np.tile(shape, areas) * np.repeat(random.lognormal(4, 0.5, areas), bands)).astype(int))
    reference = (shape * 1e5).astype(int)
    risk = np.tile(rates, areas) * np.repeat(random.lognormal(0, 0.25, areas), bands)
    return {
        "group": np.repeat([f"area {area}" for area in range(areas)], bands),
        "age_band": np.tile(AGE_BANDS, areas),
        "numerator": random.poisson(population * risk),
        "denominator": population,
        "standard": np.tile(ESP_2013, areas),
        "reference_numerator": np.tile((reference * rates).astype(int), areas),
        "reference_denominator": np.tile(reference, areas),
    }


def periods(series, months):
    dates = [f"{2022 + month // 12}-{month % 12 + 1:02}-01" for month in range(months)]
    return {"series": np.repeat(np.arange(1, series + 1), months), "period": np.tile(dates, series)}


def xmr(random, series=1_000, months=36):
    level = np.repeat(random.normal(50, 10, series), months)
    shift = np.repeat(random.choice([0, 0, 0, 4], series), months) * np.tile(np.arange(months) >= 20, series)
    return periods(series, months) | {"value": np.round(level + shift + random.normal(0, 3, series * months), 2)}


def p_prime(random, series=1_000, months=36):
    level = np.repeat(random.normal(-2, 0.3, series), months)
    denominator = random.integers(3_000, 9_000, series * months)
    risk = logistic(level + random.normal(0, 0.08, series * months))
    return periods(series, months) | {"numerator": random.binomial(denominator, risk), "denominator": denominator}


def funnel_ratios(random, settings=20, units=150):
    expected = np.round(random.gamma(2, 30, settings * units) + 2, 2)
    observed = random.poisson(expected * random.lognormal(0, 0.1, settings * units))
    return units_of(settings, units) | {"numerator": observed, "denominator": expected}


def funnel_proportions(random, settings=20, units=150):
    population = random.integers(100, 4_000, settings * units)
    risk = logistic(random.normal(-2, 0.15, settings * units))
    return units_of(settings, units) | {"numerator": random.binomial(population, risk), "denominator": population}


def units_of(settings, units):
    return {"setting": np.repeat(np.arange(1, settings + 1), units), "group": [f"u{unit}" for unit in range(units)] * settings}


def strata(random, outcomes=20):
    """200 strata: 2 sexes × 10 deprivation tenths × 10 ethnic groups, with main effects and an interaction."""
    sex, tenth, ethnicity = (axis.ravel() for axis in np.meshgrid(range(2), range(10), range(10), indexing="ij"))
    tables = []
    for outcome in range(1, outcomes + 1):
        odds = random.normal(-2, 0.3) + random.normal(0, 0.15, 2)[sex] - 0.05 * tenth
        odds = odds + random.normal(0, 0.25, 10)[ethnicity] + random.normal(0, 0.2, 200)
        denominator = np.maximum(5, random.lognormal(5.5, 1.0, 200).astype(int))
        tables.append(
            {
                "outcome": np.full(200, outcome),
                "sex": np.array(["F", "M"])[sex],
                "deprivation": [f"d{place + 1:02}" for place in tenth],
                "ethnicity": np.array(list("ABCDEFGHIJ"))[ethnicity],
                "numerator": random.binomial(denominator, logistic(odds)),
                "denominator": denominator,
            }
        )
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def settings(random, count=1_000, groups=10):
    """Settings of ten ordered groups each, with standard errors; group 10 is the reference."""
    place = np.tile(np.arange(1, groups + 1), count)
    population = random.integers(500, 20_000, count * groups)
    odds = np.repeat(random.normal(0, 0.6, count), groups) + np.repeat(random.normal(0.6, 0.3, count), groups) * (place / groups)
    value = np.clip(logistic(odds + random.normal(0, 0.05, count * groups)), 0.01, 0.99)
    return {
        "setting": np.repeat(np.arange(1, count + 1), groups),
        "group": [f"g{rank}" for rank in place],
        "rank": place,
        "population": population,
        "value": np.round(100 * value, 6),
        "se": np.round(100 * np.sqrt(value * (1 - value) / population), 6),
        "reference": (place == groups).astype(int),
    }


TABLES = {
    "proportion": proportions,
    "sii": sii,
    "standardised": standardised,
    "xmr": xmr,
    "p_prime": p_prime,
    "funnel_ratio": funnel_ratios,
    "funnel_proportion": funnel_proportions,
    "strata": strata,
    "settings": settings,
}
# Ten and a hundred times as many tables, to see whether the time grows as they do.
TABLES |= {
    "sii_10000": lambda random: sii(random, 10_000),
    "sii_100000": lambda random: sii(random, 100_000),
    "strata_200": lambda random: strata(random, 200),
    "strata_2000": lambda random: strata(random, 2_000),
}


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for position, (name, make) in enumerate(TABLES.items()):
        path = folder / f"{name}.csv"
        if not path.exists():
            part = path.with_suffix(".part")
            pd.DataFrame(make(np.random.default_rng([SEED, position]))).to_csv(part, index=False)
            part.rename(path)


main()
