# Everything runs in .venv; after the first install no network is needed.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
  BIN := .venv/Scripts
else
  BIN := .venv/bin
endif
RUN := $(BIN)/python

.PHONY: demo test test-all lint bench data clean

demo: .venv/installed
	mkdir -p out
	$(RUN) -m lca demo out

test: .venv/installed-test
	$(RUN) -m pytest -n 2 -m "not slow"
	$(RUN) -m ruff check lca tests benchmarks
	$(RUN) -m mypy

test-all: .venv/installed-test
	$(RUN) -m pytest -n 2
	$(RUN) -m ruff check lca tests benchmarks
	$(RUN) -m mypy

lint: .venv/installed-test
	$(RUN) -m ruff check lca tests benchmarks
	$(RUN) -m mypy

data: .venv/installed
	$(RUN) docs/renew.py

bench: .venv/installed
	$(RUN) benchmarks/bench.py
	$(RUN) benchmarks/sweep.py
	$(RUN) benchmarks/background.py
	$(RUN) benchmarks/study.py

clean:
	rm -rf .venv out build lca_ml.egg-info

.venv/python:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed; say which with: make PYTHON=python3.12 ...')"
	$(PYTHON) -m venv .venv
	touch .venv/python

.venv/installed: .venv/python setup.cfg pyproject.toml constraints.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch .venv/installed

.venv/installed-test: .venv/python setup.cfg pyproject.toml constraints.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test]"
	touch .venv/installed .venv/installed-test
