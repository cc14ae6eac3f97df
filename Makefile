# Two commands for a fresh machine with Python >= 3.11, git and make:
#
#   make demo   the main job on an embedded Quay, from extract to the cases
#   make test   lint, then every test, the dashboard's in a real browser
#
# Either sets up .venv first. What is set up is remembered by the stamp files below, so the next time costs nothing.

PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo demo-spark app test lint audit bench bench-data eval mutants lock wheel

help:
	@echo 'make demo    the main job on an embedded Quay: extract, verify, build, and what happened'
	@echo 'make demo-spark  what the demo made, built and judged again on a Spark Connect server (Sail), and compared'
	@echo 'make app     the dashboard on what the demo made, or on the lake that QUAY_AUDIT_LAKE names'
	@echo 'make test    lint, then every test; its browser tests install Chromium on Debian and Ubuntu where root runs it'
	@echo 'make lint    style, types, layers, SQL, and whether the README is current'
	@echo 'make audit   the pinned packages against the advisories of today (needs a network); make test does it with those kept here'
	@echo 'make bench   CPU, memory and speed, as JSON'
	@echo 'make bench-data EVENTS=100000000   a lake of so many events to measure on, in quay-audit-bench'
	@echo 'make eval    what the detections find of attacks on eight seeded registries, and what they cost in false cases'
	@echo 'make mutants how many wrongs in the detections their cases notice, and which they do not'
	@echo 'make wheel   the package, into dist/'
	@echo 'make lock    requirements.lock anew from pyproject.toml; pins are kept, delete the file to move them all'

demo: .venv/.project
	$(BIN)/quay-audit demo

demo-spark: .venv/.project
	@test -d quay-audit-demo/lake || $(BIN)/quay-audit demo
	$(BIN)/python -m tests.demo_spark quay-audit-demo/lake

app: .venv/.project
	@QUAY_AUDIT_LAKE="$${QUAY_AUDIT_LAKE:-quay-audit-demo/lake}" $(BIN)/quay-audit app

test: lint .venv/.browser
	TESTS_NEED_A_BROWSER=1 $(BIN)/python -m pytest -n auto

lint: .venv/.project
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint sql
	$(BIN)/python -m tests.portable
	$(BIN)/cog --check README.md

# Its own environment: nothing of what it needs is in the lock. --strict: without it a package that could not be looked up
# is skipped, and the end is 0 all the same. What is ignored, and why: ACCEPTED in tests/test_advisories.py.
PIP_AUDIT = .venv-audit/bin/pip-audit --require-hashes --disable-pip --strict --progress-spinner off \
	--ignore-vuln GHSA-w8v5-vhqr-4h9v --requirement
audit: .venv-audit/.made
	$(PIP_AUDIT) requirements.lock
	$(PIP_AUDIT) tests/benchmarks/rivals.lock

.venv-audit/.made: .venv/.made
	$(BIN)/python -m venv --clear .venv-audit
	.venv-audit/bin/python -m pip --quiet --disable-pip-version-check install pip-audit==2.10.1
	@touch $@

bench: .venv/.project .venv-bench/.made
	$(BIN)/python -m tests.benchmarks

EVENTS ?= 10000000
bench-data: .venv/.project
	$(BIN)/python -m tests.benchmarks.bench_data --events $(EVENTS) --dir quay-audit-bench

.venv-bench/.made: tests/benchmarks/rivals.lock .venv/.made
	@echo 'installing what the benchmarks compare with'
	$(BIN)/python -m venv --clear .venv-bench
	.venv-bench/bin/python -m pip --quiet --disable-pip-version-check install --no-deps --require-hashes --requirement tests/benchmarks/rivals.lock
	@touch $@

eval: .venv/.project
	$(BIN)/python -m pipeline.demo.scenarios --seeds 8

mutants: .venv/.project
	$(BIN)/python -m tests.mutation

wheel: .venv/.project
	$(BIN)/python -m hatchling build --target wheel

lock: .venv/.made
	$(PIP) install uv
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --quiet --output-file requirements.lock
	$(BIN)/uv pip compile tests/benchmarks/rivals.in --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --quiet --output-file tests/benchmarks/rivals.lock

.venv/.made:
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed; name it with: make PYTHON=...' >&2; exit 1; }
	@echo '$(PYTHON) -m venv .venv'; $(PYTHON) -m venv .venv || $(VENV_ON_DEBIAN)
	@touch $@

# Debian and Ubuntu keep a part of venv in a package of its own.
define VENV_ON_DEBIAN
{ rm -rf .venv; \
	test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	&& apt-get -q update && apt-get -q -y install python3-venv && $(PYTHON) -m venv .venv \
	|| { rm -rf .venv; echo 'venv does not work here; on Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }; }
endef

.venv/.requirements: requirements.lock .venv/.made
	@echo 'installing what requirements.lock pins (once; some minutes on a slow line)'
	$(PIP) install --no-deps --require-hashes --requirement requirements.lock
	@touch $@

.venv/.project: pyproject.toml pipeline/__init__.py .venv/.requirements
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# What the browser tests need besides: Chromium, which tests find on the PATH, and what looks for barriers in a page.
.venv/.browser: .venv/.made
	@for each in chromium chromium-browser google-chrome; do command -v "$$each" && exit; done || $(CHROMIUM_ON_DEBIAN)
	@command -v npm || $(NPM_ON_DEBIAN)
	npm install --prefix .venv/axe --no-save --no-package-lock --ignore-scripts --no-audit --no-fund axe-core@4.14.1
	@touch $@

# $(call ON_DEBIAN,packages,what they are for)
define ON_DEBIAN
{ test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	&& apt-get -q update && apt-get -q -y install --no-install-recommends $(1) \
	|| { echo '$(2); on Debian and Ubuntu: apt install $(1)' >&2; exit 1; }; }
endef
CHROMIUM_ON_DEBIAN = $(call ON_DEBIAN,chromium fonts-liberation,the browser tests need Chromium)
NPM_ON_DEBIAN = $(call ON_DEBIAN,npm,the browser tests need npm for axe-core)
