#!/usr/bin/env bash
# Every benchmark: the counting pass against its peers, then the parts of the kernel.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/bench/count.sh
cargo bench --package evenly-extract --bench kernel
