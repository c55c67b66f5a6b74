# ECF helpdesk. `make help` lists what there is. Needs Python 3.11 or newer; everything else is installed into .venv.

PYTHON ?= python3
PORT ?= 8080
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check -qq
RUN_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
CODE := helpdesk tests bench wsgi.py

# Every tool keeps its cache inside .venv, so that a checkout stays clean.
export PYTHONPYCACHEPREFIX := $(CURDIR)/$(VENV)/.cache/python
unexport PYTHONDONTWRITEBYTECODE # set by many containers; without that cache every process starts three times as slowly
export RUFF_CACHE_DIR := $(CURDIR)/$(VENV)/.cache/ruff
export MYPY_CACHE_DIR := $(CURDIR)/$(VENV)/.cache/mypy
export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/$(VENV)/.cache/hypothesis
# Two workers more than there are cores: tests of servers and browsers wait a good part of their time.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2)
PYTEST := $(BIN)/python -m pytest -o cache_dir=$(VENV)/.cache/pytest

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help venv dev system demo test bench mutants lint format lock screenshots clean

help: ## list these targets
	@echo "ECF helpdesk: make TARGET"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  Start with: make demo     (another port: make demo PORT=9000)"

venv: $(RUN_STAMP) ## install what the service needs into .venv, checked against hashes
	@:

dev: $(DEV_STAMP) ## the same and the tools of the tests
	@:

demo: $(RUN_STAMP) ## run the whole helpdesk on invented mail (PORT=8080); Ctrl-C ends it
	@exec $(BIN)/python -m helpdesk.service.demo --port "$(PORT)"

# Style and types are checked beside the tests, which wait for servers now and then; what is wrong is told at the end.
# The first time, one process reads all tests before several do: each would compile everything for itself.
LINT_LOG := $(VENV)/.cache/lint.log
COMPILED := $(VENV)/.cache/compiled
test: ## install what is missing, check style and types, run all tests
	@$(MAKE) --no-print-directory -j2 dev system
	@echo "test: running the tests; style and types are checked meanwhile ..."
	@mkdir -p $(dir $(LINT_LOG)); \
	$(MAKE) --no-print-directory lint >$(LINT_LOG) 2>&1 & lint=$$!; trap "kill $$lint 2>/dev/null" EXIT; \
	[ -e $(COMPILED) ] || { $(PYTEST) --collect-only -qq $(TESTS) >/dev/null && touch $(COMPILED); }; \
	$(PYTEST) -n $(WORKERS) --dist worksteal $(TESTS); tests=$$?; \
	wait $$lint; lint=$$?; cat $(LINT_LOG); \
	[ $$tests -eq 0 ] && [ $$lint -eq 0 ]

bench: $(DEV_STAMP) ## run the benchmarks: a table here, JSON in bench/results
	@$(BIN)/python -m bench

mutants: $(DEV_STAMP) system ## take every guard of the invariants away, one at a time; a test must notice
	@$(BIN)/python -m bench.mutants $(GUARDS)

lint: $(DEV_STAMP) ## check style, formatting and types
	@echo "lint: style, formatting, types ..."
	@$(BIN)/ruff check --quiet $(CODE)
	@$(BIN)/ruff format --check --quiet $(CODE) || { echo "lint: run 'make format'"; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@echo "lint: nothing to complain of"

format: $(DEV_STAMP) ## put the code into its form
	@$(BIN)/ruff check --fix --quiet $(CODE)
	@$(BIN)/ruff format $(CODE)

LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --custom-compile-command "make lock" $(LOCKFLAGS) pyproject.toml
lock: $(DEV_STAMP) ## compute the lock files anew (newest versions: make lock LOCKFLAGS=--upgrade)
	@echo "lock: requirements.txt ..."
	@$(LOCK) --output-file requirements.txt
	@echo "lock: requirements-dev.txt ..."
	@$(LOCK) --extra dev --constraints requirements.txt --output-file requirements-dev.txt

screenshots: $(DEV_STAMP) system ## take pictures of every page (instance/screenshots, three for docs/images)
	@$(BIN)/python -m tests.web.screenshots

clean: ## remove what was installed and what the demo wrote; instance/ otherwise stays
	rm -rf $(VENV) instance/demo bench/results test-results

# --- How things get installed -------------------------------------------------------------------------------------

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "This needs Python 3.11 or newer as '$(PYTHON)'. Name another one: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv module is incomplete here. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "venv: creating $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements.txt | $(BIN)/pip
	@echo "venv: installing the libraries of the service (about 15 seconds) ..."
	@$(PIP) install --require-hashes --requirement requirements.txt
	@touch $@

# This lock holds what the service needs, too. uv, which is checked against its own hash first, installs all of it in a
# third of the time that pip takes; it knows none of pip's settings, so where it reaches no registry, pip does the work.
$(DEV_STAMP): requirements-dev.txt requirements.txt | $(BIN)/pip
	@echo "venv: installing the libraries of the service and the tools of the tests (about 15 seconds) ..."
	@awk '/^uv==/ { found = 1 } found { print } found && !/\\$$/ { exit }' $< >$(VENV)/uv.txt
	@$(PIP) install --require-hashes --requirement $(VENV)/uv.txt
	@UV_HTTP_RETRIES=1 UV_HTTP_TIMEOUT=20 $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement $< || { \
		echo "venv: uv could not; pip tries it ..."; $(PIP) install --require-hashes --requirement $<; }
	@touch $(RUN_STAMP) $@

system:
	@.ci/system-packages
