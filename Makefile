# The few commands. `make` alone explains them; everything they need goes into .venv.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
WEB := clients/web
WEB_READY := $(WEB)/node_modules/.ready
# What the web client is built from, and the last file of it that a build writes.
WEB_SOURCES := $(shell find $(WEB)/src $(WEB)/build $(WEB)/index.html -type f) $(wildcard src/teamchat/i18n/*/*.ftl)
NODE_FITS := node -e 'const [a, b] = process.versions.node.split("."); process.exit(a * 100 + +b < 2019 ? 1 : 0)' 2>/dev/null
WEB_BUILT := src/teamchat/server/web/built/manifest.json
# Compiled code is kept, whatever the environment says: the tests start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE
# The quick kinds of test; `make test` runs all of them.
SHORT := -m "not slow" tests/unit tests/vectors tests/architecture

.PHONY: help setup web demo run test lint-python test-web screenshots install-web install-go check check-python check-web soak bench bench-web fuzz corpus format lock clean

help: ## Explain the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "teamchat needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python && $(BIN)/python -m pip --version >/dev/null 2>&1 \
		|| $(PYTHON) -m venv --clear .venv >/dev/null 2>&1 \
		|| { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null \
			&& $(PYTHON) -m venv --clear .venv; } \
		|| { echo "Python's venv module is missing: install the package python3-venv, then call make again"; exit 1; }
	@echo "Installing the pinned packages into .venv (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

$(WEB_READY): $(WEB)/package.json $(WEB)/package-lock.json $(WEB)/.npmrc
	@echo "Installing the pinned packages into $(WEB)/node_modules (once)"
	@cd $(WEB) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $(WEB_READY)

$(WEB_BUILT): $(WEB_READY) $(WEB_SOURCES)
	@cd $(WEB) && npm run --silent build

# The web client's part of a target: $(call web,the npm script). Node is not everybody's.
define web
	@if $(NODE_FITS); then \
		$(MAKE) --no-print-directory $(WEB_READY) && cd $(WEB) && npm run --silent $(1); \
	else \
		echo "The web client was left out: it needs Node 20.19 or newer"; test -z "$$CI"; \
	fi
endef

# The same for what only wants it built, and goes on without.
define built
	@if $(NODE_FITS); then \
		$(MAKE) -s --no-print-directory $(WEB_BUILT); \
	else \
		echo "There will be no web client: building it needs Node 20.19 or newer"; $(1); \
	fi
endef

setup: $(READY) ## Install what everything else needs into .venv

web: ## Build the web client for teamchat-server (needs Node 20.19 or newer)
	$(call built,false)
	@$(PYTHON) -c 'import hashlib, sys; print("The hash of this build:", hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' $(WEB_BUILT)

demo: $(READY) ## Two sites, four employees, really encrypted messages; then it stays up to be tried
	$(call built,true)
	@$(BIN)/python -m teamchat.demo $(if $(DEMO_EXIT),--exit)

run: $(READY) ## A server on this machine alone, its data in .data
	@test -e .data/teamchat.toml || $(BIN)/teamchat-server init --data .data --organisation "My company" \
		--site "Head office=Europe/Berlin" --admin admin
	@$(BIN)/teamchat-server serve --data .data

check: $(READY) ## Format, lint, types, floors, unit and vector tests: under a minute
	@$(MAKE) --no-print-directory -j2 --output-sync check-web check-python

lint-python:
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --verbose >.import_linter.log 2>&1 || { cat .import_linter.log; exit 1; }; rm -f .import_linter.log

check-python: lint-python
	@$(BIN)/pytest -q $(SHORT) -n 2

check-web:
	$(call web,check)

test: ## Everything that must hold, the long tests too
	@command -v chromium >/dev/null || test "$$(id -u)" != 0 \
		|| { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || true
	@command -v firefox-esr firefox >/dev/null || test "$$(id -u)" != 0 \
		|| { apt-get update -qq && apt-get install -y -qq --no-install-recommends firefox-esr >/dev/null 2>&1; } || true
	@$(MAKE) --no-print-directory -j2 --output-sync install-web install-go
	@said=$$(mktemp); MAKEFLAGS= make --no-print-directory -j2 --output-sync lint-python test-web >$$said 2>&1 & checks=$$!; \
	trap 'kill $$checks 2>/dev/null; rm -f $$said' EXIT; \
	$(BIN)/pytest -q -n 4 --dist loadgroup; tested=$$?; \
	wait $$checks; checked=$$?; cat $$said; exit $$((tested | checked))

# What pytest needs of the web client, and both need before they can go on side by side.
install-web:
	$(call web,installed)

install-go: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/cross/go/requirements.lock

test-web:
	$(call web,test)

soak: $(READY) ## 20 people, 40 devices, 20,000 messages, reconnects and changes of membership
	@$(BIN)/python -m benchmarks.soak

bench: $(READY) ## Measure: both encryption cores, the key directory, messages end to end, the web client
	$(call web,installed)
	@$(BIN)/python -m benchmarks.mls
	@$(BIN)/python -m benchmarks.key_log.client
	@$(BIN)/python -m benchmarks.key_log.server
	@$(BIN)/python -m benchmarks.messages
	@$(BIN)/python -m benchmarks.history
	@$(BIN)/python -m benchmarks.history.transfer
	@$(BIN)/python -m benchmarks.web

bench-web: $(READY) ## Measure the web client alone, in Chromium at a real server
	$(call web,installed)
	@$(BIN)/python -m benchmarks.web

screenshots: $(READY) ## Draw the pictures of the README anew, where they would look otherwise
	@$(BIN)/python -m tests.terminal.picture
	$(call web,pictures)

fuzz: $(READY) ## Throw random bytes at every decoder for longer than the tests do
	@HYPOTHESIS_PROFILE=nightly $(BIN)/pytest -q --timeout 3600 tests/properties -k decoder

corpus: $(READY) ## Make the corpus of invalid MLS messages anew from its seed
	@$(BIN)/python -m tests.forge

format: $(READY) ## Put the code into its one form
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix .
	$(call web,format)

lock: $(READY) ## Resolve the pinned packages anew (needs uv on the PATH)
	uv pip compile pyproject.toml --all-extras --group dev --generate-hashes --no-emit-index-url \
		--universal --python-version 3.11 --no-header -q -o requirements.lock

clean: ## Remove what make has made; a server's data in .data stays
	rm -rf .venv .cache build dist demo-data .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis $(WEB)/node_modules $(dir $(WEB_BUILT))
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
