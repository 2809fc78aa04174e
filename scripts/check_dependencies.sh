#!/usr/bin/env bash
# Licences, sources and duplicate bans by cargo-deny; advisories too where their database can be reached.
set -euo pipefail
cd "$(dirname "$0")/.."
version=0.20.2
tools="${XDG_CACHE_HOME:-$HOME/.cache}/evenly/tools"
export PATH="$tools/bin:$PATH"

if ! cargo deny --version 2>/dev/null | grep -q "$version"; then
    echo "Installing cargo-deny $version into $tools"
    cargo install cargo-deny --version "$version" --locked --root "$tools" --quiet
fi
cargo deny --log-level error check bans licenses sources
if timeout 60 cargo deny --log-level error fetch db >/dev/null 2>&1; then
    cargo deny --log-level error check advisories
else
    echo "skipped: the advisory database cannot be reached from here; run 'cargo deny check advisories' where it can"
fi
