#!/bin/sh
# Fits Evenly, LightGBM, XGBoost and scikit-learn on the same features and split and compares them.
#   scripts/bench/predict.sh                        # a made-up trust of about a million appointments; PEOPLE=77000
#   scripts/bench/predict.sh FILE [PROFILE]         # your own; for Vitória's the profile is vitoria-noshow, the default
#   SEEDS="1 2 3 4"  OPTIONS="--days-before 7"
# The Vitória file is for non-commercial use and is not part of Evenly: its profile says where it is published.
set -eu
cd "$(dirname "$0")/../.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/evenly/bench-predict"
python="$cache/bin/python"
if ! [ -x "$python" ]; then python3 -m venv "$cache"; fi
if ! "$python" -c 'import lightgbm, sklearn, xgboost, pandas, pyarrow' 2>/dev/null; then
    "$python" -m pip install --quiet lightgbm scikit-learn xgboost pandas pyarrow || {
        echo "skipped: prediction against its peers, which could not be installed from PyPI" >&2
        exit 0
    }
fi
if [ -z "${EVENLY:-}" ]; then make --silent build; fi
evenly="${EVENLY:-${CARGO_TARGET_DIR:-target}/release/evenly}"
# Times the steps of a fit apart; without it, choosing and fitting stay unknown.
fitting="$(dirname "$evenly")/examples/bench_fitting"
[ -x "$fitting" ] || fitting=
if [ $# -gt 0 ]; then
    file="$1" profile="${2:-vitoria-noshow}" seeds="${SEEDS:-1 2 3 4}"
    [ -f "$file" ] || { echo "skipped: $file is not there" >&2; exit 0; }
else
    trust="$cache/trust-${PEOPLE:-77000}"
    [ -d "$trust" ] || "$evenly" demo --extracts-only --people "${PEOPLE:-77000}" --out "$trust"
    file="$trust/extracts/outpatients.parquet" profile=sus-outpatient seeds="${SEEDS:-1}"
    OPTIONS="--today 2100-01-01 ${OPTIONS:-}"
fi
exec "$python" scripts/bench/predict.py "$evenly" "$fitting" "$file" "$profile" "$seeds" "${OPTIONS:-}"
