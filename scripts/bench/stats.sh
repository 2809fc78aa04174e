#!/bin/sh
# `evenly measure` against the packages of the field, on the same tables in the same run.
#   ROUNDS=3 PEER_ROWS=100000 scripts/bench/stats.sh          PEER_ROWS=0 runs the slowest peer on every row (minutes)
# The tables stay as CSV in the cache, so that packages which cannot be installed here can be run on them elsewhere.
set -eu
cd "$(dirname "$0")/../.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/evenly/bench"
python="$cache/bin/python"
[ -x "$python" ] || python3 -m venv "$cache"
for package in pandas numpy statsmodels phstatsmethods abspc controlchartspy; do
    "$python" -m pip show --quiet "$package" 2>/dev/null ||
        "$python" -m pip install --quiet "$package" ||
        echo "could not install $package: what it would be compared in is left out" >&2
done
if ! Rscript -e 'library(lme4)' >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends r-base-core r-cran-lme4 >/dev/null 2>&1 || true
    fi
    Rscript -e 'library(lme4)' >/dev/null 2>&1 ||
        echo "lme4 is not installed (Debian: apt-get install r-cran-lme4): MAIHDA runs without its peer" >&2
fi
make --silent build
"$python" scripts/bench/stats_tables.py "$cache/stats"
exec "$python" scripts/bench/stats.py "${CARGO_TARGET_DIR:-target}/release/evenly" "$cache/stats" "$cache/stats/report.json" \
    "${ROUNDS:-3}" "${PEER_ROWS:-100000}"
