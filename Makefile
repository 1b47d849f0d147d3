# Needs Python 3.10 or later, git and make. Everything else goes into .venv, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
WHEELS := $(VENV)/wheelhouse
MULTITOOL := tests/tools/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool

.PHONY: help install demo test lint unit tools wheels clean

help:
	@echo "make demo     the report and the system graph of examples/churn"
	@echo "make test     formatting, lint, types, layers, tests"
	@echo "make clean    remove .venv and what was built"

install: $(STAMP)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "mltd needs Python 3.10 or later; set PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(STAMP)
	$(BIN)/mltd scan examples/churn
	$(BIN)/mltd graph examples/churn

test: lint unit

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

unit: $(STAMP) tools wheels
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not network"

# Microsoft's validator of SARIF files. Where it cannot be had its tests are left out loudly; in CI they fail.
tools: $(MULTITOOL)

$(MULTITOOL): tests/tools/package-lock.json
	@npm ci --prefix tests/tools --ignore-scripts --no-audit --no-fund --silent && chmod u+x $@ && touch $@ \
		|| echo "SARIF WILL NOT BE VALIDATED: npm could not install Microsoft's multitool" >&2

# What pre-commit installs when the tests of the hook let it. Where it cannot be had they are left out loudly; in CI they fail.
wheels: $(WHEELS)

$(WHEELS): $(STAMP)
	@rm -rf $@ $@.new
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --wheel-dir $@.new . hatchling \
		&& rm -f $@.new/mltd-*.whl && mv $@.new $@ && touch $@ \
		|| echo "THE HOOK WILL NOT BE TRIED: pip could not fetch its wheels" >&2

clean:
	rm -rf $(VENV) tests/tools/node_modules build dist .mypy_cache .ruff_cache .pytest_cache
