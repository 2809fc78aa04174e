"""Makes the benchmark's appointments: skewed, seeded, with nothing of any real person in them."""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

GROUP = 1_000_000
ETHNICITY = list("ABCDEFGHJKLMNPRSZ") + ["99"]
TREATMENT = [str(code) for code in range(100, 350, 5)]
PROVIDER = [f"R{a}{b}" for a in "ABCDEFGHJK" for b in "ABCDEFGHJKLMNP"]
ATTENDED = ["5", "6", "7", "3", "2", "4", "0"]


def skewed(rng, size, rows, power=1.1):
    """Positions 0..size with Zipf-like shares."""
    shares = 1 / np.arange(1, size + 1) ** power
    return np.searchsorted(np.cumsum(shares / shares.sum()), rng.random(rows)).clip(0, size - 1)


def coded(values, index):
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32)), pa.array(values))


def group(rng, rows):
    deprivation = rng.integers(1, 11, rows)
    age = np.clip(rng.normal(52, 24, rows), 0, 100).astype(np.int16)
    # Missing care is likelier for the young and for the most deprived, so that the tables have something to show.
    missed = 0.04 + 0.006 * (10 - deprivation) + 0.03 * ((age > 17) & (age < 35))
    attended = np.where(rng.random(rows) < missed, np.where(rng.random(rows) < 0.9, 3, 2), skewed(rng, 7, rows, 2.2))
    ethnicity = skewed(rng, 18, rows)
    return pa.table(
        {
            "date": pa.array(np.datetime64("2025-01-01") + skewed(rng, 365, rows, 0.05), pa.date32()),
            "provider": coded(PROVIDER, skewed(rng, 140, rows, 0.6)),
            "treatment_function": coded(TREATMENT, skewed(rng, 50, rows, 0.9)),
            "sex": coded(["2", "1", "9"], skewed(rng, 3, rows, 1.0)),
            "ethnicity": coded(ETHNICITY, ethnicity),
            "deprivation": pa.array(deprivation.astype(np.int16), mask=rng.random(rows) < 0.03),
            "age": pa.array(age),
            "attended": coded(ATTENDED, attended),
        }
    )


def main():
    path, rows, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    rng = np.random.default_rng(seed)
    sizes = [GROUP] * (rows // GROUP) + ([rows % GROUP] if rows % GROUP else [])
    if path.endswith(".csv"):
        with open(path, "wb") as file:
            for position, size in enumerate(sizes):
                table = group(rng, size)
                plain = [c.dictionary_decode() if pa.types.is_dictionary(c.type) else c for c in (x.combine_chunks() for x in table.columns)]
                table = pa.table(dict(zip(table.column_names, plain)))
                options = pa.csv.WriteOptions(include_header=position == 0, quoting_style="none")
                pa.csv.write_csv(table, file, options)
        return
    with pq.ParquetWriter(path, group(np.random.default_rng(0), 1).schema, compression="zstd") as writer:
        for size in sizes:
            writer.write_table(group(rng, size), row_group_size=GROUP)


main()
