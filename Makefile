# make setup    an environment of its own in .venv
# make build    the lessons, from solutions/ to notebooks/
# make grade    set up, build, and grade the sample class
# make test     set up, and run the whole test suite (needs Chromium)
# make bench    the benchmarks, in .venv-bench, beside the libraries they compare with
# make clean    take away what the above have made

PYTHON ?= python3
JOBS ?= 2

BIN := .venv/bin
BENCH := .venv-bench/bin
SAMPLE := sample-class

# Tests run side by side, one to a core: BLAS threads of their own would only get in each other's way.
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1

.PHONY: help setup build grade test bench clean bubblewrap chromium

help:
	@sed -n 's/^# make/make/p' Makefile

setup: .venv/.installed

build: .venv/.installed
	@echo "Building the lessons: each is run with its answers and without"
	@$(BIN)/autograder build

# A cell of the sample class that never ends is stopped sooner than in a real class.
grade: build bubblewrap
	@$(BIN)/python -m tests.sample_class $(SAMPLE)
	@$(BIN)/autograder grade 02-filters --class $(SAMPLE) --cell-seconds 15

test: .venv/.installed-tests bubblewrap chromium
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(ONE_THREAD) $(BIN)/pytest -n $(JOBS) --dist loadfile

# What only the system can provide is installed where that may be done, and named where it may not:
# the sandbox that strangers' code runs in, and a real browser for the tests to look at pages with.
bubblewrap:
	$(call package,bwrap,bubblewrap,Grading needs bubblewrap)

chromium:
	$(call package,chromium,chromium,The tests need Chromium)

# The BLAS picks its kernels by itself: settings from outside would make the figures somebody else's.
bench: .venv-bench/.installed
	@env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE $(BENCH)/python -m benchmarks

clean:
	rm -rf .venv .venv-bench $(SAMPLE) .pytest_cache .ruff_cache .hypothesis
	find solutions -name '*.ipynb' -delete

.venv/.installed: pyproject.toml
	$(call environment,.venv)
	@echo "Installing the course into .venv (a minute or two the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.installed-tests: .venv/.installed
	@echo "Installing what the tests need into .venv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[tests]'
	@touch $@

.venv-bench/.installed: pyproject.toml
	$(call environment,.venv-bench)
	@echo "Installing the course and the libraries it is compared with into .venv-bench"
	@$(BENCH)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench,tests]'
	@touch $@

# Install Debian's package $(2) unless there is a command $(1), or say that $(3).
define package
	@command -v $(1) >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && echo "Installing $(2)" && apt-get update -qq \
	  && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(2) >/dev/null; } || { \
	  echo "$(3): sudo apt-get install $(2)" >&2; exit 1; }
endef

# Make the virtual environment $(1), unless it is there; or say in one sentence what is missing.
define environment
	@command -v $(PYTHON) >/dev/null || { \
	  echo "There is no $(PYTHON): install Python 3.11, 3.12 or 3.13, or name one, as in make PYTHON=python3.12." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	  echo "The course needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is another: name one that is installed, as in make PYTHON=python3.12." >&2; exit 1; }
	@test -x $(1)/bin/python || $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments: install its venv package (on Debian and Ubuntu: sudo apt-get install python3-venv) and run make again." >&2; exit 1; }
	@test -x $(1)/bin/python || { echo "Making $(1)"; rm -rf $(1); $(PYTHON) -m venv $(1); }
endef
