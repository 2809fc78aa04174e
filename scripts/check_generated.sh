#!/usr/bin/env bash
# Fails when a style sheet is not what nhsuk-frontend gives now. (What lies in docs/reference is compared by tests/documents.rs.)
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/prepare_tests.sh
npm run --silent assets:check
