#!/usr/bin/env bash
# Runs every test: Rust (with cargo-nextest where it is installed), documentation examples, then the report in a browser.
set -euo pipefail
cd "$(dirname "$0")/.."

if command -v cargo-nextest >/dev/null; then
    cargo nextest run --release --workspace --no-fail-fast
else
    cargo test --release --workspace --all-targets --no-fail-fast
fi
cargo test --release --workspace --doc

# Build the command with the tests' own features, so that nothing is compiled a second time.
cargo build --release --workspace --bins
evenly="${CARGO_TARGET_DIR:-target}/release/evenly"
reports="$(mktemp -d)"
trap 'rm -rf "$reports"' EXIT
scripts/demo.sh "$evenly" "$reports/demo" >/dev/null
EVENLY_REPORTS="$reports/demo" node --test tests/browser/
