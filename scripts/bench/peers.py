"""The same count by DuckDB, Polars or pandas: cells of a did-not-attend rate and all its tables by one and two dimensions.

    peers.py ENGINE FILE [CELLS.npz]

Prints one line of JSON with the seconds inside the engine (imports and this file's own comparison are left out)."""

import itertools
import json
import sys
import time

ETHNICITY = list("ABCDEFGHJKLMNPRSZ") + ["99"]
SEX = ["1", "2", "9"]
BANDS = [18, 25, 35, 45, 55, 65, 75, 85]
DIMENSIONS = ["month", "deprivation", "ethnicity", "sex", "band", "treatment"]
SIZES = [12, 11, 18, 3, 9, 50]


def duckdb_cells(path, threads):
    import duckdb

    start = time.perf_counter()
    db = duckdb.connect(config={"threads": threads})
    source = f"read_csv('{path}', all_varchar = false, types = {{'sex': 'VARCHAR', 'ethnicity': 'VARCHAR', 'treatment_function': 'VARCHAR', 'attended': 'VARCHAR', 'date': 'DATE'}})" if path.endswith(".csv") else f"'{path}'"
    bands = " ".join(f"WHEN age < {limit} THEN {code}" for code, limit in enumerate(BANDS))
    db.execute(
        f"""CREATE TEMP TABLE cells AS SELECT month(date) - 1 AS month, coalesce(deprivation, 0) AS deprivation, ethnicity, sex,
        CASE {bands} ELSE 8 END AS band, treatment_function AS treatment,
        count(*) AS denominator, count(*) FILTER (attended IN ('3', '7')) AS numerator
        FROM {source} WHERE attended IN ('5', '6', '3', '7') GROUP BY ALL"""
    )
    tables = {}
    for names in wanted():
        by = ", ".join(names)
        tables[names] = db.execute(f"SELECT {by}, sum(denominator), sum(numerator) FROM cells GROUP BY {by}").fetchall()
    seconds = time.perf_counter() - start
    return seconds, lambda: db.execute("SELECT * FROM cells").fetchnumpy(), tables


def polars_cells(path, threads, streaming):
    import polars as pl

    start = time.perf_counter()
    if path.endswith(".csv"):
        text = {name: pl.String for name in ["sex", "ethnicity", "treatment_function", "attended", "provider"]}
        scan = pl.scan_csv(path, schema_overrides=text | {"date": pl.Date})
    else:
        scan = pl.scan_parquet(path)
    missed = pl.col("attended").is_in(["3", "7"])
    frame = (
        scan.filter(pl.col("attended").is_in(["5", "6", "3", "7"]))
        .select(
            (pl.col("date").dt.month() - 1).alias("month"),
            pl.col("deprivation").fill_null(0),
            "ethnicity",
            "sex",
            pl.sum_horizontal([(pl.col("age") >= limit).cast(pl.UInt8) for limit in BANDS]).alias("band"),
            pl.col("treatment_function").alias("treatment"),
            missed.alias("missed"),
        )
        .group_by(DIMENSIONS)
        .agg(pl.len().alias("denominator"), pl.col("missed").sum().alias("numerator"))
        .collect(engine="streaming" if streaming else "in-memory")
    )
    tables = {
        names: frame.group_by(list(names)).agg(pl.col("denominator").sum(), pl.col("numerator").sum()).rows()
        for names in wanted()
    }
    seconds = time.perf_counter() - start
    return seconds, lambda: {name: frame[name].to_numpy() for name in frame.columns}, tables


def pandas_cells(path, threads):
    import numpy as np
    import pandas as pd

    start = time.perf_counter()
    import pyarrow.parquet as pq

    text = ["ethnicity", "sex", "treatment_function", "attended"]
    table = pq.read_table(path, columns=["date", "deprivation", "age", *text], read_dictionary=text)
    frame = table.to_pandas(self_destruct=True, split_blocks=True, date_as_object=False)
    del table
    frame = frame[frame["attended"].isin(["5", "6", "3", "7"])]
    frame = pd.DataFrame(
        {
            "month": (frame["date"].dt.month - 1).astype(np.int8),
            "deprivation": frame["deprivation"].fillna(0).astype(np.int8),
            "ethnicity": frame["ethnicity"],
            "sex": frame["sex"],
            "band": np.searchsorted(BANDS, frame["age"].to_numpy(), side="right").astype(np.int8),
            "treatment": frame["treatment_function"],
            "missed": frame["attended"].isin(["3", "7"]),
        }
    )
    cells = frame.groupby(DIMENSIONS, observed=True, sort=False)["missed"].agg(["size", "sum"]).reset_index()
    cells = cells.rename(columns={"size": "denominator", "sum": "numerator"})
    tables = {}
    for names in wanted():
        by = cells.groupby(list(names), observed=True)[["denominator", "numerator"]].sum().reset_index()
        tables[names] = list(by.itertuples(index=False, name=None))
    seconds = time.perf_counter() - start
    return seconds, lambda: {name: cells[name].to_numpy() for name in cells.columns}, tables


def wanted():
    return [(name,) for name in DIMENSIONS] + list(itertools.combinations(DIMENSIONS, 2))


def code(name, value):
    if name == "ethnicity":
        return ETHNICITY.index(value)
    if name == "sex":
        return SEX.index(value)
    if name == "treatment":
        return (int(value) - 100) // 5
    return int(value)


def codes(name, column):
    import numpy as np

    distinct, index = np.unique(np.asarray(column).astype(str), return_inverse=True)
    return np.array([code(name, float(x) if name in ("month", "deprivation", "band") else x) for x in distinct])[index]


def write(path, columns, tables):
    import numpy as np

    key = np.zeros(len(columns["denominator"]), dtype=np.int64)
    for name, size in zip(DIMENSIONS, SIZES):
        key = key * size + codes(name, columns[name])
    order = np.argsort(key)
    counts = [np.asarray(columns[name]).astype(np.int64)[order] for name in ("denominator", "numerator")]
    np.stack([key[order], *counts], axis=1).astype("<u8").tofile(path)
    lines = []
    for names, rows in tables.items():
        position = [DIMENSIONS.index(name) for name in names]
        for row in rows:
            group = 0
            for name, at, value in zip(names, position, row):
                group = group * SIZES[at] + code(name, value)
            lines.append(f"{'x'.join(map(str, position))},{group},{int(row[-2])},{int(row[-1])}\n")
    with open(str(path).removesuffix(".cells") + ".tables.csv", "w") as file:
        file.writelines(sorted(lines))


def main():
    engine, path, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if engine == "duckdb":
        seconds, columns, tables = duckdb_cells(path, threads)
    elif engine.startswith("polars"):
        seconds, columns, tables = polars_cells(path, threads, engine.endswith("streaming"))
    else:
        seconds, columns, tables = pandas_cells(path, threads)
    print(json.dumps({"seconds": round(seconds, 4), "tables": len(tables)}))
    if len(sys.argv) > 4:
        write(sys.argv[4], columns(), tables)


main()
