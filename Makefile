# Every command of the project. `make` alone lists them.
# `make demo` and `make test` set up all that they need on a fresh machine.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Where this is set, every `okapi` that is started compiles Django anew.
unexport PYTHONDONTWRITEBYTECODE

PORT ?= 8000
PY := .venv/bin/python
UV := .venv/bin/uv
INSTALL = UV_LINK_MODE=copy $(if $(wildcard .venv/uv.toml),UV_CONFIG_FILE=.venv/uv.toml) $(UV) pip install --quiet --python $(PY)
TEMPLATES := git ls-files -z 'src/*.html' | xargs -0 -r .venv/bin/djade --target-version 5.2
step = @printf '\033[1m==>\033[0m %s\n' $(1)

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Set up, load both example organisations and serve them: make demo PORT=8000
	@tools/port-is-free.sh $(PORT)
	@$(MAKE) .make/runtime front-end
	@.venv/bin/okapi demo --port $(PORT)

.PHONY: test
test: ## Set up and run every check: style, types, layers, tests on both databases, browser
	@tools/system-packages.sh chromium fonts-noto-cjk libatomic1 postgresql
	@$(MAKE) .make/venv
	@$(MAKE) --jobs 2 .make/dev front-end
	@tools/test.sh

.PHONY: lint
lint: .make/dev front-end ## Style, layers, templates and scripts
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/lint-imports --no-cache
	$(TEMPLATES) --check
	@$(PY) tools/frontend.py lint

.PHONY: types
types: .make/dev ## Static types
	.venv/bin/mypy

.PHONY: format
format: .make/dev ## Put code and templates into their one form
	.venv/bin/ruff check --fix
	.venv/bin/ruff format
	$(TEMPLATES)

.PHONY: bench
bench: .make/dev front-end ## Measure: ratios and milliseconds on a large organisation
	@$(PY) -m bench

.PHONY: screenshots
screenshots: .make/dev front-end ## Walk through the product in a browser and keep pictures in screenshots/
	@tools/system-packages.sh chromium fonts-noto-cjk libatomic1
	@OKAPI_TEST_SCREENSHOTS=$(CURDIR)/screenshots $(PY) -m pytest -m browser -p no:randomly

.PHONY: build
build: .make/dev front-end ## Make the wheel and the source archive in dist/
	@$(PY) -m build --outdir dist

.PHONY: lock
lock: .make/dev ## Pin the dependencies of pyproject.toml with their hashes
	@PATH="$(CURDIR)/.venv/bin:$$PATH" tools/lock.sh

.PHONY: front-end
front-end: .make/venv ## Build the front end, if its sources changed
	@$(PY) tools/frontend.py

.PHONY: clean
clean: ## Remove all that was made, except the data in var/
	rm -rf .make .venv build dist frontend/node_modules screenshots test-results
	rm -rf src/okapi/web/static/okapi src/okapi/web/static/vendor
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.make/venv: requirements-setup.txt
	$(call step,'Python environment in .venv')
	@tools/environment.sh
	@mkdir -p .make && touch $@

.make/runtime: .make/venv requirements.txt pyproject.toml
	$(call step,'Dependencies')
	@$(INSTALL) --require-hashes -r requirements.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.make/dev: .make/venv requirements-dev.txt pyproject.toml
	$(call step,'Dependencies of the developers')
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch .make/runtime $@
