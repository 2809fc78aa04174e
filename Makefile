# Everything a person types. `make` lists it; CI types the same.
SHELL := /bin/bash
.DEFAULT_GOAL := help
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/evenly
TARGET := $(or $(CARGO_TARGET_DIR),target)
EVENLY := $(TARGET)/release/evenly
OUT ?= demo

.PHONY: help build demo demo-open truth test check bench bench-web bench-web-wide bench-masked attack kill fuzz-api docs generated assets

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | column -t -s '|'

# With an example in it, cargo resolves the features of dependencies as for tests: `make test` then builds none of them again.
build: ## Build the evenly command (release)
	cargo build --release --workspace --bin evenly --example bench_fitting

demo: build ## Make up a trust with planted inequalities, analyse it and serve its platform; prints the address and a sign-in
	@$(EVENLY) demo --replace --out $(OUT)

demo-open: build ## Analyse the bundled open data and say where the reports are
	@scripts/demo_open.sh $(EVENLY) $(OUT)-open

truth: build ## Judge every detector on made-up trusts of every scenario (SEEDS=20; takes minutes)
	@$(EVENLY) truth --seeds $(or $(SEEDS),20)

test: ## Run every test; installs what they need, or says exactly what is missing
	@scripts/prepare_tests.sh
	@scripts/run_tests.sh

check: ## Format, lints, docs, licences, generated files
	cargo fmt --all -- --check
	cargo clippy --release --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --release --workspace --no-deps
	@scripts/check_dependencies.sh
	@scripts/check_generated.sh

generated: build ## Write the generated pages of docs/reference anew
	@scripts/generate.sh $(EVENLY)

assets: ## Compile the report's style sheet from nhsuk-frontend
	npm ci --no-audit --no-fund
	npm run assets

bench: ## Measure Evenly against its peers in one run (downloads them from PyPI; takes minutes)
	@scripts/bench/run.sh

bench-web: build ## Load the platform of a made-up trust with 200 connections, on both databases (SOAK=600 seconds of each)
	@scripts/prepare_tests.sh
	scripts/test_postgres.sh scripts/bench/web.py $(EVENLY) --soak $(or $(SOAK),600)

bench-web-wide: build ## Another dimension of an indicator where a release has a million cells
	@scripts/prepare_tests.sh
	scripts/bench/web_wide.py $(EVENLY) --copies 28

bench-masked: ## Judge the masked-inequality test on worlds with a known truth (WORLDS=300 SEED=1)
	cargo run --release --package evenly-stats --example bench_masked -- $(or $(WORLDS),300) $(or $(SEED),1)

attack: ## Try the disclosure gate by linear programming on many made-up cubes (CUBES=40; takes minutes)
	EVENLY_ATTACK_CUBES=$(or $(CUBES),40) cargo nextest run --release --package evenly-cube disclosure::attack

kill: ## Kill programs that write and workers at random moments, on both databases (ROUNDS=200 SEED=2026; takes minutes)
	@scripts/prepare_tests.sh
	EVENLY_KILL_ROUNDS=$(or $(ROUNDS),200) EVENLY_KILL_SEED=$(or $(SEED),2026) \
		scripts/test_postgres.sh cargo nextest run --release --profile kill --package evenly-store --package evenly-cli --no-capture kill::

fuzz-api: build ## Fuzz the platform's programming interface by its own description (EXAMPLES=200; takes minutes)
	@scripts/fuzz_api.py $(EVENLY) --examples $(or $(EXAMPLES),200)

docs: ## Build the Rust documentation
	cargo doc --release --workspace --no-deps
