# Sense Live. `make` alone lists what can be done here.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check format bench chaos soak screenshots env clean install install-dev build

PYTHON ?= python3
# Not taken from the environment: some shells export HOST as the machine's name, and that would open the
# server to the network unasked. Say `make run HOST=0.0.0.0` to open it.
HOST = 127.0.0.1
PORT ?= 8000

PIP := .venv/bin/python -m pip install --disable-pip-version-check --requirement
QUIETLY := sh scripts/quietly.sh
# `$(NODE) true` before a quiet step: where Node.js has to be installed first, that says so.
NODE := env PYTHON=$(PYTHON) sh $(CURDIR)/scripts/with_node.sh

# Stamps: a step runs again only when what it was made from has changed.
VENV := .venv/pyvenv.cfg
INSTALLED := .venv/.installed
INSTALLED_DEV := .venv/.installed-dev
NODE_MODULES := frontend/node_modules/.package-lock.json
BUILT := frontend/dist/index.html
# Folders count too: a deleted file changes only its folder. Tests are not part of what is built.
FRONTEND_SOURCES = $(shell find $(wildcard frontend/src frontend/public) ! -name '*.test.*') $(wildcard frontend/*.*)

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: $(INSTALLED) $(BUILT) ## start Sense Live with a simulated board, at http://HOST:PORT (127.0.0.1:8000)
	@exec .venv/bin/python manage.py demo --host $(HOST) --port $(PORT)

test: $(INSTALLED_DEV) $(BUILT) ## run every check and every test; SUITES="publisher frontend" chooses suites
	@.venv/bin/python -m scripts.system_parts
	@failed=0; \
	.venv/bin/python -m scripts.checks || failed=1; \
	.venv/bin/python -m scripts.suites $(SUITES) || failed=1; \
	exit $$failed

check: $(INSTALLED_DEV) $(NODE_MODULES) ## check style, types and the direction of imports
	@.venv/bin/python -m scripts.checks

format: $(INSTALLED_DEV) $(NODE_MODULES) ## bring all code into the agreed format
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format --quiet .
	@cd frontend && $(NODE) node_modules/.bin/prettier --write --log-level warn .

bench: $(INSTALLED_DEV) $(BUILT) ## measure it, side by side with the usual ways
	@.venv/bin/python -m scripts.system_parts
	@exec .venv/bin/python -m benchmarks

soak: $(INSTALLED_DEV) $(BUILT) ## an hour at full load, to see that nothing grows; MINUTES=60
	@.venv/bin/python -m scripts.system_parts
	@exec .venv/bin/python -m benchmarks.soak --minutes $(or $(MINUTES),60)

chaos: $(INSTALLED_DEV) $(BUILT) ## kill, cut and pause everything at random for ten minutes; CHAOS="--seed 7" adds options
	@.venv/bin/python -m scripts.system_parts
	@failed=0; \
	.venv/bin/python -m tests.chaos --stack full --at-least 100000 $(CHAOS) || failed=1; \
	.venv/bin/python -m tests.chaos --stack embedded --at-least 100000 $(CHAOS) || failed=1; \
	exit $$failed

screenshots: $(INSTALLED_DEV) $(BUILT) ## take the pictures for the documentation
	@.venv/bin/python -m scripts.system_parts
	@exec .venv/bin/python -m scripts.screenshots

env: ## write .env with random passwords for docker-compose.yml; never overwrites one
	@$(PYTHON) scripts/write_env.py

clean: ## remove what was built and cached; packages, data/ and .env stay
	@rm -rf frontend/dist frontend/coverage staticfiles test-results
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -not -path './.cache/*' -not -path '*/node_modules/*' -prune -exec rm -rf {} +

install: $(INSTALLED) ## install the server's Python packages into .venv

install-dev: $(INSTALLED_DEV) ## install what tests and checks need too

build: $(BUILT) ## build the dashboard

$(VENV):
	@sh scripts/python_venv.sh $(PYTHON) .venv

$(INSTALLED): requirements.txt $(VENV)
	@$(QUIETLY) "Installing Python packages (about a minute, the first time)…" $(PIP) requirements.txt
	@touch $@

$(INSTALLED_DEV): requirements-dev.txt $(INSTALLED)
	@$(QUIETLY) "Installing what tests need (about two minutes, the first time)…" $(PIP) requirements-dev.txt
	@touch $@

$(NODE_MODULES): frontend/package-lock.json
	@$(NODE) true
	@$(QUIETLY) "Installing the dashboard's packages (about a minute, the first time)…" \
		$(NODE) npm --prefix frontend ci --no-audit --no-fund
	@touch $@

$(BUILT): $(NODE_MODULES) $(FRONTEND_SOURCES)
	@$(NODE) true
	@$(QUIETLY) "Building the dashboard (some seconds)…" $(NODE) npm --prefix frontend run build
	@touch $@
