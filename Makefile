# Everything a newcomer needs. Each target may be repeated: what is done is not done again.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
BIN := .venv/bin

# A recording of a request, and where the spoken answer goes.
REQUEST ?= tests/audio/hey_jarvis_what_time_is_it.flac
REPLY ?= reply.wav

# Read by tests only: what is converted and quantized here is compared with what was published.
TEST_MODELS := whisper-tiny.en whisper-base whisper-base-q8_0

# Where the wheelhouse goes, and where `make install` puts the command and the units.
OUT ?= build/wheelhouse
PREFIX ?= /usr/local

# Tests that need neither models nor sound, on all cores; the others share a sound card and the cores.
QUICK := $(BIN)/pytest -n logical --dist worksteal -m "not models and not sound"

.PHONY: help demo test quick lint native lock clean setup models sound install uninstall wheelhouse deb check-service check-offline check-aarch64

help: ## this list
	@sed -nE 's/^([a-z0-9-]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

demo: setup models ## set everything up and answer a recorded request
	@$(BIN)/assistant turn $(REQUEST) --out $(REPLY)

test: setup models sound lint ## set everything up and run every test
	@$(BIN)/assistant models pull $(TEST_MODELS)
	@$(QUICK) --hypothesis-profile=thorough
	@$(BIN)/pytest -m "models or sound"

quick: setup lint ## lint, types and the tests that need no models
	@$(QUICK) -q

lint: setup
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy

native: setup ## compile whisper.cpp for this processor (on ARM every set-up does, if it helps)
	@tools/setup/native.sh always

install: ## install it as a service, or another version of it: `sudo make install` (PREFIX, DESTDIR)
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' systemd/install.sh

uninstall: ## remove the service: `sudo make uninstall` (PURGE=1: timers, models and configuration too)
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' PURGE='$(PURGE)' systemd/uninstall.sh

wheelhouse: setup ## all that an installation needs, in one folder: `assistant update --from OUT`
	@tools/setup/wheelhouse.sh '$(OUT)'

deb: ## a Debian package for machines like this one, in build/
	@systemd/debian/build.sh

check-service: deb ## install the package in a container and do to it what happens to a device (root)
	@$(BIN)/python -m tools.check.service build/kitchen-assistant_*.deb build/wheelhouse

check-offline: setup models ## use all of it in a network of its own: does anything leave? (root)
	@$(BIN)/python -m tools.check.offline

lock: setup ## renew requirements.lock after a change of pyproject.toml (UPGRADE=1: newest versions)
	@$(BIN)/uv pip compile --no-config --quiet --universal --python-version 3.11 \
	  --override tools/setup/overrides.txt --all-extras --generate-hashes --no-annotate --no-header \
	  $(if $(UPGRADE),--upgrade) pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --no-config --quiet --universal --python-version 3.11 \
	  --override tools/setup/overrides.txt --extra home --extra eval --extra quantize -c requirements.lock --no-annotate --no-header \
	  pyproject.toml | sed 's/==.*//' | sort -u >tools/setup/runtime.txt

check-aarch64: setup models ## would it work on 64-bit ARM? every locked wheel, then a turn under emulation
	@tools/aarch64/check.sh

clean: ## remove .venv and what was built; downloaded models stay (see `assistant models list`)
	rm -rf .venv build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis $(REPLY)

setup:
	@tools/setup/setup.sh
	@tools/setup/native.sh

models: setup
	@$(BIN)/assistant models pull

sound: setup
	@tools/setup/sound.sh
