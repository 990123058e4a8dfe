# `make demo` and `make test` need Rust and Node only; what else they need is installed by
# scripts/setup, or it says what is missing and how to get it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# The console is part of the program: a build without it fails.
export JIEBANG_REQUIRE_CONSOLE := 1

.PHONY: help setup demo test lint build bench

help: ## Show this
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

setup: ## Install what builds and tests need, or say what is missing
	@scripts/setup

demo: ## Build, run the main job on a made-up company, leave the console running
	@scripts/setup build
	cargo build --locked -p jiebang -p wecom-sdk-standin
	target/debug/jiebang demo

test: ## Everything that must hold, from formatting to a real browser
	@scripts/test

lint: ## The part of `make test` that runs nothing: formatting, lints, licences
	@scripts/test lint

build: ## The program as it is shipped: target/release/jiebang
	@scripts/setup build
	cargo build --locked --release -p jiebang

bench: ## Run all benchmarks; the last line is one JSON object of figures
	@scripts/setup build
	cargo build --locked --release -p jiebang -p wecom-sdk-standin
	target/release/jiebang bench all --json
