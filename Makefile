# The developer's vocabulary; .ci/run speaks it too.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: install format lint types floors test demo bench

install: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

format: install
	$(BIN)/ruff format --check .

lint: install
	$(BIN)/ruff check .

types: install
	$(BIN)/mypy

floors: install
	$(BIN)/lint-imports

test: install
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

demo: install
	$(BIN)/kwx demo

bench: install
	for file in tests/bench/bench_*.py; do $(BIN)/python $$file || exit 1; done
