#!/usr/bin/env python3
"""Makes the bundled lookups in data/lookups from the published tables named in data/SOURCES.md.

Usage: scripts/make_lookups.py PUBLISHED OUT
  PUBLISHED  folder with imd-england/, geo-lookups/ and population/ as described in data/SOURCES.md
  OUT        folder to write to (data/lookups)

Needs pandas and pyarrow. Same input gives the same bytes.
"""

import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def number(codes):
    """The digits of an English LSOA code (E01000001 -> 1000001), ascending codes compress to almost nothing."""
    return codes.str.removeprefix("E").astype("int32")


def whole(column):
    """Whole numbers that were stored as decimals or as text."""
    return pd.to_numeric(column).astype("int64")


def write(path, columns):
    table = pa.table(columns)
    encoding = {name: "DELTA_BINARY_PACKED" for name in columns if name != "decile"}
    pq.write_table(table, path, compression="zstd", compression_level=19, use_dictionary=["decile"],
                   column_encoding=encoding, write_statistics=False, store_schema=False)


def deciles(source, code, out):
    table = pd.read_parquet(source, columns=[code, "IMD_decile"]).sort_values(code)
    write(out, {"lsoa": pa.array(number(table[code])), "decile": pa.array(whole(table["IMD_decile"]).astype("uint8"))})


def changed_areas(published, out):
    """Pairs of LSOA 2011 and 2021 that are not simply the same area, with the people who live in each."""
    pairs = pd.read_parquet(published / "geo-lookups/lookup_lsoa11_lsoa21_ltla22.parquet")
    pairs = pairs[(pairs["change_code"] != "U") & pairs["lsoa11_code"].str.startswith("E")]
    people11 = pd.read_parquet(published / "population/population20_lsoa11.parquet",
                               columns=["lsoa11_code", "total_population"])
    people21 = pd.read_parquet(published / "population/ethnicity21_lsoa21.parquet",
                               columns=["lsoa21_code", "total_residents"]).drop_duplicates()
    pairs = pairs.merge(people11, on="lsoa11_code").merge(people21, on="lsoa21_code")
    pairs = pairs.sort_values(["lsoa11_code", "lsoa21_code"])
    write(out, {
        "lsoa11": pa.array(number(pairs["lsoa11_code"])),
        "lsoa21": pa.array(number(pairs["lsoa21_code"])),
        "people11": pa.array(whole(pairs["total_population"]).astype("int32")),
        "people21": pa.array(whole(pairs["total_residents"]).astype("int32")),
    })


def core20_of_areas(published, out):
    """Share of each sub-ICB location's people who live in the nationally most deprived fifth (IMD 2019)."""
    areas = pd.read_parquet(published / "geo-lookups/lookup_lsoa11_sicbl22_icb22_ltla22.parquet")
    imd = pd.read_parquet(published / "imd-england/imd2019_england_lsoa11.parquet", columns=["lsoa11_code", "IMD_decile"])
    people = pd.read_parquet(published / "population/population20_lsoa11.parquet",
                             columns=["lsoa11_code", "total_population"])
    table = areas.merge(imd, on="lsoa11_code").merge(people, on="lsoa11_code")
    table["total_population"] = whole(table["total_population"])
    table["core20"] = table["total_population"].where(whole(table["IMD_decile"]) <= 2, 0)
    sums = table.groupby("sicbl22_code_h")[["total_population", "core20"]].sum().astype(int)
    sums["share"] = (sums["core20"] / sums["total_population"]).round(4)
    sums.rename_axis("area").rename(columns={"total_population": "people"})[["people", "share"]].to_csv(out)


def main():
    published, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    deciles(published / "imd-england/imd2019_england_lsoa11.parquet", "lsoa11_code", out / "lsoa11_imd2019.parquet")
    deciles(published / "imd-england/imd2025_england_lsoa21.parquet", "lsoa21_code", out / "lsoa21_imd2025.parquet")
    changed_areas(published, out / "lsoa11_lsoa21_changed.parquet")
    core20_of_areas(published, out / "sicbl22_core20.csv")


if __name__ == "__main__":
    main()
