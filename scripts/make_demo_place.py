#!/usr/bin/env python3
"""Makes the place of the made-up trust in data/demo from the published tables named in data/SOURCES.md.

Usage: scripts/make_demo_place.py PUBLISHED OUT
  PUBLISHED  folder with imd-england/, geo-lookups/ and population/ as described in data/SOURCES.md
  OUT        folder to write to (data/demo)

Keeps one district, Bradford: areas of every deprivation fifth and of many ethnic mixes within a dozen miles.
Needs pandas and pyarrow. Same input gives the same bytes.
"""

import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

DISTRICT = "E08000032"

# Ethnic category code (2001 census 16+1) of each group of the Census 2021. Roma, Gypsy and Irish Traveller have no code and
# are recorded under C; Arab has none and is recorded under S.
CATEGORIES = {
    "A": ["White: English, Welsh, Scottish, Northern Irish or British"],
    "B": ["White: Irish"],
    "C": ["White: Gypsy or Irish Traveller", "White: Roma", "White: Other White"],
    "D": ["Mixed or Multiple ethnic groups: White and Black Caribbean"],
    "E": ["Mixed or Multiple ethnic groups: White and Black African"],
    "F": ["Mixed or Multiple ethnic groups: White and Asian"],
    "G": ["Mixed or Multiple ethnic groups: Other Mixed or Multiple ethnic groups"],
    "H": ["Asian, Asian British or Asian Welsh: Indian"],
    "J": ["Asian, Asian British or Asian Welsh: Pakistani"],
    "K": ["Asian, Asian British or Asian Welsh: Bangladeshi"],
    "L": ["Asian, Asian British or Asian Welsh: Other Asian"],
    "M": ["Black, Black British, Black Welsh, Caribbean or African: Caribbean"],
    "N": ["Black, Black British, Black Welsh, Caribbean or African: African"],
    "P": ["Black, Black British, Black Welsh, Caribbean or African: Other Black"],
    "R": ["Asian, Asian British or Asian Welsh: Chinese"],
    "S": ["Other ethnic group: Arab", "Other ethnic group: Any other ethnic group"],
}

GROUPS = {
    "white": "White",
    "mixed": "Mixed or Multiple ethnic groups",
    "asian": "Asian, Asian British or Asian Welsh",
    "black": "Black, Black British, Black Welsh, Caribbean or African",
    "other": "Other ethnic group",
}


def whole(column):
    """Whole numbers that were stored as decimals or as text."""
    return pd.to_numeric(column).round().astype("int64")


def areas(published):
    """The district's LSOAs of 2021, each with its counterpart of 2011 in which most of its people live."""
    pairs = pd.read_parquet(published / "geo-lookups/lookup_lsoa11_lsoa21_ltla22.parquet")
    pairs = pairs[pairs["ltla22_code"] == DISTRICT][["lsoa11_code", "lsoa21_code"]]
    ages = pd.read_parquet(published / "population/population20_lsoa11.parquet").drop(columns="lsoa11_name")
    pairs = pairs.merge(ages, on="lsoa11_code")
    pairs["total_population"] = whole(pairs["total_population"])
    pairs = pairs.sort_values(["lsoa21_code", "total_population"], ascending=[True, False])
    return pairs.drop_duplicates("lsoa21_code").reset_index(drop=True)


def ethnic_groups(published):
    table = pd.read_parquet(published / "population/ethnicity21_lsoa21.parquet", columns=["lsoa21_code", "ethnic_group", "n"])
    known = set(table["ethnic_group"].unique())
    names = {}
    for short, long in GROUPS.items():
        names[next(name for name in known if name == long or name.startswith(long.split(",")[0]))] = short
    table["ethnic_group"] = table["ethnic_group"].map(names)
    table["n"] = whole(table["n"])
    return table.pivot(index="lsoa21_code", columns="ethnic_group", values="n").reset_index()


def disabled(published):
    table = pd.read_parquet(published / "population/disability21_lsoa21_ew.parquet")
    table = table[table["disability"].str.startswith("Disabled")]
    table = table.assign(residents=whole(table["total_residents"]), disabled=whole(table["n"]))
    return table[["lsoa21_code", "residents", "disabled"]]


def centroids(published):
    table = pd.read_csv(published / "geo-lookups/lsoa11_pop_weighted_centroids.csv", encoding="utf-8-sig")
    return table.rename(columns={"lsoa11cd": "lsoa11_code"})[["lsoa11_code", "X", "Y"]]


def write_areas(published, out):
    table = areas(published).merge(ethnic_groups(published), on="lsoa21_code").merge(disabled(published), on="lsoa21_code")
    table = table.merge(centroids(published), on="lsoa11_code").sort_values("lsoa21_code")
    number = lambda codes: pa.array(codes.str.removeprefix("E").astype("int32"))
    columns = {"lsoa21": number(table["lsoa21_code"]), "lsoa11": number(table["lsoa11_code"])}
    # Hundreds of metres are near enough for a distance in miles.
    columns["east"] = pa.array((table["X"] / 100).round().astype("int32"))
    columns["north"] = pa.array((table["Y"] / 100).round().astype("int32"))
    columns["residents"] = pa.array(table["residents"].astype("int32"))
    columns["disabled"] = pa.array(table["disabled"].astype("int32"))
    for group in GROUPS:
        columns[group] = pa.array(table[group].astype("int32"))
    for first in range(0, 91, 5):
        ages = [str(age) for age in range(first, first + 5)] if first < 90 else ["90+"]
        columns[f"age_{first}"] = pa.array(sum(whole(table[age]) for age in ages).astype("int32"))
    pq.write_table(pa.table(columns), out / "areas.parquet", compression="zstd", compression_level=19, use_dictionary=False,
                   write_statistics=False, store_schema=False)


def write_categories(published, out):
    table = pd.read_csv(published / "population/ethnicity21_ltla21.csv")
    table = table[(table["ltla21_code"] == DISTRICT) & table["ethnic_group"].str.contains("(number)", regex=False)]
    people = {name.replace(" (number)", "").strip(): int(value) for name, value in zip(table["ethnic_group"], table["value"])}
    rows = [f"{code},{sum(people[name] for name in names)}" for code, names in CATEGORIES.items()]
    (out / "ethnic-categories.csv").write_text("\n".join(["category,people", *rows]) + "\n")


def main():
    published, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    write_areas(published, out)
    write_categories(published, out)


if __name__ == "__main__":
    main()
