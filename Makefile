# make setup    an environment of its own in .venv: what learning and grading need
# make learn    set up, a copy of the lessons that is your own, and JupyterLab on its first page
# make build    the lessons, from solutions/ to notebooks/
# make grade    set up, and grade what the sample class handed in for one lesson
# make test     set up, and run the whole test suite (needs Chromium); all of it with PROVE_AGAIN=1
# make quick    the tests that take less than a minute, without Chromium
# make lint     what ruff, basedpyright and, for the explorers' JavaScript, prettier and tsc say
# make coverage which lines of autograder/ no test reaches
# make format   the code in ruff's form
# make survey   rewrite what is generated: facets, the README's lessons, how the checks do
# make figures what the lessons show, on one sheet each, light and dark (some minutes)
# make site     the course to read, in build/site/; without answers with ANSWERS=no
# make fuzz     twenty thousand of each kind of nonsense for the grader (a quarter of an hour, on an idle machine)
# make bench    the benchmarks, in .venv-bench, beside the libraries they compare with
# make clean    take away what the above have made, but nothing that you have changed since

PYTHON ?= python3
# Tests at a time: some wait, so four keep two cores busy.
JOBS ?= 4

BIN := .venv/bin
BENCH := .venv-bench/bin
SAMPLE := sample-class
SAMPLE_LESSON := 02-filters

# Tests that take long, or look at pages in Chromium: `make quick` leaves them out.
SLOW := tests/hostile tests/watching tests/lessons/test_build.py tests/lessons/test_lessons.py \
  tests/classroom/test_broken_off.py tests/classroom/test_sample_class.py \
  tests/classroom/test_workers.py tests/classroom/test_grading.py tests/running/test_wall.py \
  tests/sandbox/test_sandbox.py tests/sandbox/test_zygote.py tests/judging/test_banks.py \
  tests/judging/test_anything.py tests/reference/test_convolution.py tests/reference/test_networks.py \
  tests/running/test_nbgrader.py tests/classroom/test_gradebook.py tests/cli tests/test_set_up.py \
  tests/test_lint.py tests/test_proofs.py tests/running/test_proving.py tests/learning/test_walk.py \
  tests/learning/test_walk_to_the_end.py \
  tests/classroom/test_marking_page.py tests/classroom/test_accessible.py tests/figures/explorers \
  tests/site/test_site.py tests/site/test_searching.py \
  tests/judging/test_degenerate.py
LEFT_OUT :=
QUICK = tests $(addprefix --ignore=,$(SLOW) $(LEFT_OUT))

# Tests run side by side, one to a core: BLAS threads of their own would only get in each other's way.
# Every process of theirs that starts is spared compiling what another has compiled.
ONE_THREAD := env -u PYTHONDONTWRITEBYTECODE OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1

.PHONY: learn figures site fuzz help setup setup-tests setup-bench build grade test quick coverage run-quick survey lint format bench clean

# One thing after another: what only the system can provide is asked for before all that takes long.
.NOTPARALLEL:

help:
	@sed -n 's/^# make/make/p' Makefile

setup:
	$(call set-up)

setup-tests:
	$(call set-up,--extra tests)

learn:
	$(call set-up,--extra learn)
	@$(BIN)/autograder start
	@$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) my-course/welcome.ipynb

build: setup
	@echo "Building the lessons: each is run with its answers and without (some minutes, if they changed)"
	@$(BIN)/autograder build

# A cell of the sample class that never ends is stopped sooner than in a real class.
grade:
	$(call set-up,--sandbox)
	@echo "Writing what the sample class handed in for one lesson, and grading it (about half a minute)"
	@$(BIN)/python -m tests.sample_class $(SAMPLE) $(SAMPLE_LESSON)
	@$(BIN)/autograder grade $(SAMPLE_LESSON) --class $(SAMPLE) --cell-seconds 5

test:
	$(call set-up,--extra tests --sandbox --browser)
	@echo "Running all tests, $(JOBS) at a time (some minutes on two cores; what has passed is kept)"
	@$(ONE_THREAD) $(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --keep-proofs $(OPTIONS)

quick:
	$(call set-up,--extra tests --sandbox)
	@$(MAKE) --no-print-directory run-quick

# The same in an environment that is there already: make run-quick BIN=other/bin.
run-quick:
	@$(ONE_THREAD) $(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile $(QUICK)

survey: setup-tests
	@$(ONE_THREAD) $(BIN)/python -m tests.banks $(ID)
	@$(ONE_THREAD) $(BIN)/python -m tests.mutants $(ID)

# What runs in the sandbox's own processes is not seen: the hostile bank tries it there.
coverage:
	$(call set-up,--extra tests --sandbox --browser)
	@$(ONE_THREAD) $(BIN)/pytest -q -n $(JOBS) --dist loadfile --cov=autograder --cov-branch \
	  --cov-report=term:skip-covered --cov-fail-under=95

lint: setup-tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/basedpyright
	@if ! command -v npm >/dev/null; then \
	  echo "The explorers' JavaScript was not read: that needs npm, which comes with Node.js."; \
	else { [ -d node_modules ] || npm ci --silent --no-audit --no-fund; } && npm run --silent lint; fi

format: setup-tests
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@[ ! -d node_modules ] || npm run --silent format

figures: setup-tests
	@$(BIN)/python site/figures.py

# What is computed with many threads may differ from machine to machine in its last digits.
site:
	$(call set-up,--extra site $(if $(CHECK),--extra tests --browser))
	@$(ONE_THREAD) $(BIN)/python site/building.py $(if $(filter no,$(ANSWERS)),--no-answers)
	@$(if $(CHECK),$(ONE_THREAD) $(BIN)/python site/checking.py $(if $(filter all links,$(CHECK)),--$(CHECK)))

fuzz: setup-tests
	@PYTEST_TIMEOUT=36000 FUZZ_EXAMPLES=20000 $(ONE_THREAD) $(BIN)/python -m pytest -q -n $(JOBS) \
	  tests/inside/test_wire.py tests/hostile/test_fuzz*.py tests/running/test_updating.py

# Pip's own settings may name where the builds of torch lie, which uv does not read.
setup-bench:
	$(call set-up,--in .venv-bench --extra bench --extra tests --pip)

# The BLAS picks its kernels by itself: settings from outside would make the figures somebody else's.
bench: setup-bench
	@env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE $(BENCH)/python -m benchmarks

clean:
	@$(PYTHON) -m tools.clean

# Make the environment with $(1), unless it is there; or say in one sentence what is missing.
define set-up
	@command -v $(PYTHON) >/dev/null || { \
	  echo "There is no $(PYTHON): install Python 3.11, 3.12 or 3.13, or name one, as in make PYTHON=python3.12." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	  echo "The course needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is another: name one that is installed, as in make PYTHON=python3.12." >&2; exit 1; }
	@$(PYTHON) -m tools $(1)
endef
