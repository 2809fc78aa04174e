#!/usr/bin/env bash
# Runs every test: Rust (with cargo-nextest where it is installed), documentation examples, then reports, a statement and
# the platform in a browser, the statement in a PDF reader too.
set -euo pipefail
cd "$(dirname "$0")/.."

# The same generated cases in every run; unset the seed to look for new ones.
export PROPTEST_RNG_SEED="${PROPTEST_RNG_SEED-2026}"

if command -v cargo-nextest >/dev/null; then
    scripts/test_postgres.sh cargo nextest run --release --workspace --no-fail-fast
else
    scripts/test_postgres.sh cargo test --release --workspace --all-targets --no-fail-fast
fi
cargo test --release --workspace --doc

# The tests have built the command too; building it alone would compile its libraries a second time.
evenly="${CARGO_TARGET_DIR:-target}/release/evenly"
reports="$(mktemp -d)"
trap 'rm -rf "$reports"' EXIT
scripts/demo_open.sh "$evenly" "$reports/demo" >/dev/null
"$evenly" demo --people 8000 --no-serve --out "$reports/trust" >/dev/null
ln -s "$reports/trust/statement" "$reports/demo/statement"
EVENLY_REPORTS="$reports/demo" node --test tests/browser/report.test.mjs
EVENLY_STATEMENT="$reports/trust/statement" node --test tests/browser/statement.test.mjs
EVENLY="$evenly" node --test tests/browser/platform.test.mjs
