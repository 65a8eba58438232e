# Everything a newcomer needs. Each target may be repeated: what is done is not done again.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
BIN := .venv/bin

# A recording of a request, and where the spoken answer goes.
REQUEST ?= tests/audio/hey_jarvis_what_time_is_it.flac
REPLY ?= reply.wav

.PHONY: help demo test quick lint native lock clean setup models sound

help: ## this list
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: setup models ## set everything up and answer a recorded request
	@$(BIN)/assistant turn $(REQUEST) --out $(REPLY)

test: setup models sound lint ## set everything up and run every test
	@$(BIN)/pytest -m "not models and not sound"
	@$(BIN)/pytest -m "models or sound"

quick: setup lint ## lint, types and the tests that need no models
	@$(BIN)/pytest -q -m "not models and not sound"

lint: setup
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy

native: setup ## compile whisper.cpp for this processor (on ARM every set-up does, if it helps)
	@tools/setup/native.sh always

lock: setup ## renew requirements.lock after a change of pyproject.toml (UPGRADE=1: newest versions)
	@$(BIN)/uv pip compile --no-config --quiet --universal --python-version 3.11 \
	  --override tools/setup/overrides.txt --all-extras --generate-hashes --no-annotate --no-header \
	  $(if $(UPGRADE),--upgrade) pyproject.toml -o requirements.lock

clean: ## remove .venv and what was built; downloaded models stay (see `assistant models list`)
	rm -rf .venv build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis $(REPLY)

setup:
	@tools/setup/setup.sh
	@tools/setup/native.sh

models: setup
	@$(BIN)/assistant models pull

sound: setup
	@tools/setup/sound.sh
