# make run [STUDY=name] [ARGS="..."]   make all products of a study; the report is results/<study>/report.html
# make test [ARGS="..."]               run the tests
# make lint | bench                    check the style | measure run times
# make calibrate [CORES=2]             false-positive rates of the metrics: docs/calibration.md (half an hour on 2 cores)
# make test-cluster                    tests on a real SLURM on this machine (root; installs Debian packages)
# make test-kills [KILLS=100]          kill runs at random times; the products must be the same
# make test-envs                       an environment per rule, built from envs/ (large downloads)
# make unlock                          unlock the folder after Snakemake itself was killed
# make clean                           remove the products (not .venv, not data)
#
# Needs Python 3.11 or newer, make and git; everything else goes into .venv.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := run
KILLS ?= 100
CORES ?= 2
.PHONY: run test calibrate test-cluster test-kills test-envs bench lint unlock clean

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check
STUDY ?=
ARGS ?=
ifneq ($(and $(STUDY),$(findstring --config ,$(ARGS))),)
$(error STUDY sets --config, which Snakemake takes once: say ARGS="--config study=$(STUDY) ..." alone)
endif
SHOWN := $(or $(STUDY),$(shell sed -n 's/^study: *\([a-z0-9_]*\).*/\1/p' config.yaml))

run: .venv/run.stamp
	$(BIN)/python -m snakemake --cores all --resources gpu=1 --quiet rules host reason $(if $(STUDY),--config study=$(STUDY)) $(ARGS)
	$(if $(findstring --config,$(ARGS)),,@echo "results/$(SHOWN)/report.html")

test: .venv/test.stamp
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder $(ARGS)

calibrate: .venv/test.stamp
	$(BIN)/python tests/calibration/calibrate.py --cores $(CORES)

SLURM := munge slurmctld slurmd slurmdbd slurm-client slurm-wlm-mysql-plugin mariadb-server
test-cluster: .venv/test.stamp
	@if [ $$(id -u) = 0 ] && command -v apt-get > /dev/null && ! dpkg -s $(SLURM) > /dev/null 2>&1; then \
	  echo "Installing SLURM."; \
	  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $(SLURM); } \
	    > /tmp/skyloom-slurm-install.log 2>&1 || { tail /tmp/skyloom-slurm-install.log >&2; exit 1; }; \
	fi
	$(BIN)/python -m pytest -rs --durations 0 --durations-min 1 tests/cluster $(ARGS)

test-kills: .venv/test.stamp
	$(BIN)/python tests/kills/kill_runs.py --kills $(KILLS) $(ARGS)

test-envs: .venv/test.stamp
	$(BIN)/python -m pytest -rs --durations 0 --durations-min 1 tests/conda $(ARGS)

bench: .venv/test.stamp
	@for bench in tests/bench/bench_*.py; do echo "== $$bench"; $(BIN)/python $$bench; done

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile rules
	$(BIN)/python -m snakemake --lint

unlock: .venv/run.stamp
	$(BIN)/python -m snakemake --unlock

clean:
	rm -rf results logs benchmarks state .snakemake .pytest_cache .ruff_cache

.venv/run.stamp: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is not: install python3.11, or say make PYTHON=/path/to/python3.11" >&2; \
	  exit 1; }
	@echo "Installing into .venv; this takes a minute or two."
	@$(PYTHON) -m venv .venv
	@$(INSTALL) -r requirements.txt
	@touch $@

.venv/test.stamp: requirements-dev.txt .venv/run.stamp
	@$(INSTALL) -r requirements-dev.txt
	@touch $@
