#!/bin/sh
# Counts 20 million made-up appointments with Evenly, DuckDB, Polars and pandas in one run and compares their results.
#   ROWS=20000000 CSV_ROWS=5000000 ROUNDS=3 scripts/bench/count.sh
set -eu
cd "$(dirname "$0")/../.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/evenly/bench"
rows="${ROWS:-20000000}"
csv_rows="${CSV_ROWS:-5000000}"
python="$cache/bin/python"
[ -x "$python" ] || python3 -m venv "$cache"
"$python" -c 'import duckdb, pandas, polars, pyarrow' 2>/dev/null ||
    "$python" -m pip install --quiet duckdb polars pandas pyarrow
cargo build --release --workspace --example appointments
binary="${CARGO_TARGET_DIR:-target}/release/examples/appointments"
mkdir -p "$cache/data"
parquet="$cache/data/appointments-$rows.parquet"
csv="$cache/data/appointments-$csv_rows.csv"
for file in "$parquet $rows" "$csv $csv_rows"; do
    # Written under another name first, so that a run that was broken off leaves nothing that looks finished.
    path="${file% *}"
    part="$cache/data/part.${path##*.}"
    [ -f "$path" ] || { "$python" scripts/bench/generate.py "$part" "${file##* }" 1 && mv "$part" "$path"; }
done
exec "$python" scripts/bench/measure.py "$binary" "$parquet" "$csv" "$cache/data/report.json" "${ROUNDS:-3}"
