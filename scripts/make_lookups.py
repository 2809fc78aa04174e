#!/usr/bin/env python3
"""Makes the bundled lookups in data/lookups from the published tables named in data/SOURCES.md.

Usage: scripts/make_lookups.py PUBLISHED OUT
  PUBLISHED  folder with imd-england/, geo-lookups/ and population/ as described in data/SOURCES.md
  OUT        folder to write to (data/lookups)

Needs pandas and pyarrow. Same input gives the same bytes.
"""

import math
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


def grid(lon, lat):
    """Easting and northing on the national grid, to within about 150 metres: latitude and longitude are taken as they are."""
    a, b, scale = 6377563.396, 6356256.909, 0.9996012717
    lat0, lon0, east0, north0 = math.radians(49), math.radians(-2), 400000.0, -100000.0
    lat, lon = math.radians(lat), math.radians(lon)
    e2 = 1 - b * b / (a * a)
    third = (a - b) / (a + b)
    nu = a * scale / math.sqrt(1 - e2 * math.sin(lat) ** 2)
    rho = nu * (1 - e2) / (1 - e2 * math.sin(lat) ** 2)
    eta = nu / rho - 1
    up, down = lat - lat0, lat + lat0
    arc = b * scale * ((1 + third + 1.25 * third ** 2 + 1.25 * third ** 3) * up
                       - (3 * third + 3 * third ** 2 + 2.625 * third ** 3) * math.sin(up) * math.cos(down)
                       + 1.875 * (third ** 2 + third ** 3) * math.sin(2 * up) * math.cos(2 * down)
                       - 35 / 24 * third ** 3 * math.sin(3 * up) * math.cos(3 * down))
    sin, cos, tan = math.sin(lat), math.cos(lat), math.tan(lat)
    d = lon - lon0
    north = (arc + north0 + nu / 2 * sin * cos * d ** 2 + nu / 24 * sin * cos ** 3 * (5 - tan ** 2 + 9 * eta) * d ** 4
             + nu / 720 * sin * cos ** 5 * (61 - 58 * tan ** 2 + tan ** 4) * d ** 6)
    east = (east0 + nu * cos * d + nu / 6 * cos ** 3 * (nu / rho - tan ** 2) * d ** 3
            + nu / 120 * cos ** 5 * (5 - 18 * tan ** 2 + tan ** 4 + 14 * eta - 58 * tan ** 2 * eta) * d ** 5)
    return east, north


def places(published, out):
    """Where local authorities, integrated care boards, sub-ICB locations (2022) and trusts lie, in kilometres on the national grid.

    A place of many small areas lies where its people do: at the mean of the areas' own population-weighted centroids."""
    areas = pd.read_parquet(published / "geo-lookups/lookup_lsoa11_sicbl22_icb22_ltla22.parquet")
    centres = pd.read_csv(published / "geo-lookups/lsoa11_pop_weighted_centroids.csv", encoding="utf-8-sig")
    people = pd.read_parquet(published / "population/population20_lsoa11.parquet",
                             columns=["lsoa11_code", "total_population"])
    table = areas.merge(centres, left_on="lsoa11_code", right_on="lsoa11cd").merge(people, on="lsoa11_code")
    weight = whole(table["total_population"])
    table = table.assign(weight=weight, east=table["X"] * weight, north=table["Y"] * weight)
    rows = []
    for code, name in [("ltla22_code", "ltla22_name"), ("icb22_code", "icb22_name"), ("icb22_code_h", "icb22_name"),
                       ("sicbl22_code", "sicbl22_name"), ("sicbl22_code_h", "sicbl22_name")]:
        sums = table.groupby([code, name])[["weight", "east", "north"]].sum().reset_index()
        rows += [(own[code], own["east"] / own["weight"], own["north"] / own["weight"]) for _, own in sums.iterrows()]
    trusts = pd.read_csv(published / "geo-lookups/points_nhs_trusts22.csv")
    rows += [(own["nhs_trust22_code"], *grid(own["lon"], own["lat"]))
             for _, own in trusts[trusts["status"] == "open"].iterrows()]
    with open(out, "w", encoding="utf-8", newline="") as file:
        file.write("code,east_km,north_km\n")
        for code, east, north in sorted(set((code, round(east / 1000, 1), round(north / 1000, 1)) for code, east, north in rows)):
            file.write(f"{code},{east},{north}\n")


def wards(published, of_areas, out):
    """The electoral ward (2024) of each small area (2021), and where wards lie: at the mean of their areas' centroids, each that of the
    area of 2011 with which it shares most people."""
    table = pd.read_parquet(published / "geo-lookups/lookup_lsoa21_ward24_ltla24.parquet")
    table = table[table["lsoa21_code"].str.startswith("E")].sort_values("lsoa21_code")
    digits = table["ward24_code"].str.removeprefix("E").astype("int32")
    write(of_areas, {"lsoa": pa.array(number(table["lsoa21_code"])), "ward": pa.array(digits)})
    pairs = pd.read_parquet(published / "geo-lookups/lookup_lsoa11_lsoa21_ltla22.parquet")[["lsoa11_code", "lsoa21_code"]]
    centres = pd.read_csv(published / "geo-lookups/lsoa11_pop_weighted_centroids.csv", encoding="utf-8-sig")
    people = pd.read_parquet(published / "population/population20_lsoa11.parquet",
                             columns=["lsoa11_code", "total_population"])
    pairs = pairs.merge(people, on="lsoa11_code").merge(centres, left_on="lsoa11_code", right_on="lsoa11cd")
    pairs["people"] = whole(pairs["total_population"])
    pairs = pairs.sort_values(["lsoa21_code", "people"], ascending=[True, False]).drop_duplicates("lsoa21_code")
    table = table.merge(pairs, on="lsoa21_code")
    table = table.assign(east=table["X"] * table["people"], north=table["Y"] * table["people"])
    sums = table.groupby(["ward24_code", "ward24_name"])[["people", "east", "north"]].sum().reset_index()
    with open(out, "w", encoding="utf-8", newline="") as file:
        file.write("code,east_km,north_km,name\n")
        for own in sums.sort_values("ward24_code").itertuples():
            east, north = round(own.east / own.people / 1000, 1), round(own.north / own.people / 1000, 1)
            file.write(f"{own.ward24_code},{east},{north},{own.ward24_name}\n")


def main():
    published, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    deciles(published / "imd-england/imd2019_england_lsoa11.parquet", "lsoa11_code", out / "lsoa11_imd2019.parquet")
    deciles(published / "imd-england/imd2025_england_lsoa21.parquet", "lsoa21_code", out / "lsoa21_imd2025.parquet")
    changed_areas(published, out / "lsoa11_lsoa21_changed.parquet")
    core20_of_areas(published, out / "sicbl22_core20.csv")
    places(published, out / "places22.csv")
    wards(published, out / "lsoa21_ward24.parquet", out / "wards24.csv")


if __name__ == "__main__":
    main()
