#!/usr/bin/env bash
# Every benchmark: the counting pass and the statistics against their peers, then the parts of the kernel.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/bench/count.sh
scripts/bench/stats.sh
cargo bench --package evenly-extract --bench kernel
