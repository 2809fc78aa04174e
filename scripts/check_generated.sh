#!/usr/bin/env bash
# Fails when a generated file is not what its maker would write now.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --workspace --bins
evenly="${CARGO_TARGET_DIR:-target}/release/evenly"
diff -u docs/reference/methods.md <("$evenly" measure reference) || {
    echo "docs/reference/methods.md is not current: type 'make generated'" >&2
    exit 1
}
scripts/prepare_tests.sh
npm run --silent assets:check
