# One command runs the product on demo data, one runs the tests. Both do all the set-up first; doing it again is fast.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
SCALE ?= county

.PHONY: demo test test-all bench setup stop lint clean
.DELETE_ON_ERROR:

demo: setup  ## Fill the register with the demo city, if it is empty, and serve the map
	@$(BIN)/wangge demo --scale $(SCALE)

setup: .venv/installed web/dist/index.html  ## Do the set-up alone

test: setup  ## Run the whole test suite
	@.setup/system-packages test
	$(BIN)/lint-imports
	$(BIN)/ruff check .
	cd web && PATH="$(CURDIR)/.tools/node/bin:$$PATH" npm test --silent && PATH="$(CURDIR)/.tools/node/bin:$$PATH" npm run check --silent
	$(BIN)/pytest -q -n auto --maxprocesses 4 --dist loadfile -m "not browser and not heavy"
	$(BIN)/pytest -q -n auto --maxprocesses 2 --dist loadfile -m "browser and not heavy"

test-all: test  ## The suite, its heavy cases, and random cases that nobody has tried
	$(BIN)/pytest -q -m heavy
	$(BIN)/pytest -q --hypothesis-profile=search tests/gis tests/boundaries

bench: setup  ## Measure against named peers
	@$(BIN)/wangge bench

stop: ## Stop the private database
	@$(BIN)/wangge db stop

.venv/installed: requirements.lock pyproject.toml .setup/system-packages
	@.setup/system-packages
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "setup: Python packages"
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -c "from gis.engine import warm; warm()"
	@touch $@

web/dist/index.html: $(shell find web -type f -not -path '*/node_modules/*' -not -path 'web/dist/*') .setup/frontend
	@echo "setup: front end"
	@.setup/frontend
	@touch $@

clean: ## Remove what the set-up made (not the data)
	rm -rf .venv .tools build web/node_modules web/dist *.egg-info
