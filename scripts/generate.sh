#!/usr/bin/env bash
# Writes the generated pages of docs/reference. Usage: scripts/generate.sh EVENLY
set -euo pipefail
cd "$(dirname "$0")/.."
"$1" measure reference > docs/reference/methods.md
"$1" serve --openapi > docs/reference/openapi.json
