#!/usr/bin/env bash
# Every benchmark: the counting pass, the statistics and prediction against their peers, then the parts of the kernel.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/bench/count.sh
scripts/bench/stats.sh
scripts/bench/predict.sh
if [ -n "${VITORIA:-}" ]; then
    scripts/bench/predict.sh "$VITORIA"
else
    echo "skipped: prediction on real appointments; VITORIA=FILE gives the file (see the profile vitoria-noshow)" >&2
fi
cargo bench --package evenly-extract --bench kernel
