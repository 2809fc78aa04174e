#!/bin/sh
# Fits Evenly, LightGBM, XGBoost and scikit-learn on the same features and split of one file of appointments and compares them.
#   scripts/bench/predict.sh FILE [PROFILE]      SEEDS="1 2 3 4" DAYS_BEFORE= (empty: at booking)
# The Vitória file is for non-commercial use and is not part of Evenly: data/SOURCES.md says where it is published.
set -eu
cd "$(dirname "$0")/../.."
file="${1:?give the file of appointments}"
profile="${2:-vitoria-noshow}"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/evenly/bench-predict"
python="$cache/bin/python"
[ -x "$python" ] || python3 -m venv "$cache"
"$python" -c 'import lightgbm, sklearn, xgboost, pandas' 2>/dev/null ||
    "$python" -m pip install --quiet lightgbm scikit-learn xgboost pandas
[ -n "${EVENLY:-}" ] || cargo build --release --package evenly-cli
evenly="${EVENLY:-${CARGO_TARGET_DIR:-target}/release/evenly}"
exec "$python" scripts/bench/predict.py "$evenly" "$file" "$profile" "${SEEDS:-1 2 3 4}" "${DAYS_BEFORE:-}"
