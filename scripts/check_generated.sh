#!/usr/bin/env bash
# Fails when the style sheet is not what nhsuk-frontend gives now. (docs/reference/methods.md is compared by tests/documents.rs.)
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/prepare_tests.sh
npm run --silent assets:check
