# Every target sets up what it needs, says what it does, and asks nothing.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# A Python that somebody names is used as it is; else a faster build of the same version may take its place.
NAMED := $(if $(filter file,$(origin PYTHON)),,--this-python)
VENV := .venv/bin
# Some base images set it for small layers. Here it would make every process compile all that it imports, for seconds each.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help up demo demo-run test check bench faults fuzz clean lock python setup setup-dev setup-python
.DEFAULT_GOAL := help

help:
	@echo "make up      set everything up and serve at http://127.0.0.1:8000"
	@echo "make demo    the same with every example in it, and stand-ins for everything outside"
	@echo "make demo-run  run every example there, and say whether it did what it promises"
	@echo "make test    everything that is checked: style, types, layers, tests"
	@echo "make check   style, types and layers only"
	@echo "make faults  the fault suite, for longer than in make test"
	@echo "make fuzz    hostile expressions, many more than in make test"
	@echo "make bench   benchmarks, as ratios within one run"
	@echo "make clean   remove what was built and installed (your data in var/ stays)"

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found. Name it: make PYTHON=/path/to/python up"; exit 1; }

setup: python
	@$(PYTHON) scripts/setup.py $(NAMED)

setup-dev: python
	@$(PYTHON) scripts/setup.py --dev $(NAMED)

# The editor is set up meanwhile and beyond: what is checked waits for it where it needs it.
setup-python: python
	@$(PYTHON) scripts/setup.py --dev --python $(NAMED)

up: setup
	@exec $(VENV)/python manage.py up

demo: setup-dev
	@exec $(VENV)/python manage.py demo up

demo-run:
	@$(VENV)/python manage.py demo run

check: setup-python
	@$(VENV)/python scripts/check.py

test: setup-python
	@$(VENV)/python scripts/check.py --tests

faults: setup-dev
	@STEPGRAPH_FAULT_SECONDS=180 STEPGRAPH_FAULT_HITS="1 2 3 5 8" $(VENV)/python -m pytest tests/faults -q

fuzz: setup-dev
	@STEPGRAPH_FUZZ=64 $(VENV)/python -m pytest tests/fuzz -q -n auto

bench: setup-dev
	@$(VENV)/python bench/run.py

lock: setup-dev
	@$(VENV)/python scripts/lock.py

clean:
	rm -rf .venv frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
