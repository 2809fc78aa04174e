#!/usr/bin/env bash
# Analyses the bundled open data and says where the reports are. Usage: scripts/demo_open.sh EVENLY OUT
set -euo pipefail
evenly="$1"
out="$2"
data="$(cd "$(dirname "$0")/.." && pwd)/data/open"

mkdir -p "$out"
rm -rf "$out/gp-appointments" "$out/vaccine-coverage"
"$evenly" analyse "$data/gp-appointments-2019-2021.parquet" --profile gp-appointments --out "$out/gp-appointments"
"$evenly" analyse "$data/opensafely-covid-vaccine-coverage.csv" --profile grouped-table --out "$out/vaccine-coverage"

absolute="$(cd "$out" && pwd)"
cat <<TEXT

Two reports on real open data are ready. Open them in a browser:
  file://$absolute/gp-appointments/report.html
  file://$absolute/vaccine-coverage/report.html
TEXT
