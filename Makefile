# make bench    measure the notes' comparisons and render the report
# make bench-all   the same on every Python that is found
# make test     run the tests
# make lint     ruff and mypy
# make report   render CAMPAIGN=results/... again
# make docs     write docs/catalogue.md from the declarations
# make bench-harness   what the harness itself costs, and whether its net costs add up

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: bench bench-all bench-harness test lint report docs clean

bench: $(VENV)/report.stamp
	$(BIN)/pyconc run --report $(ARGS)

bench-all: $(VENV)/report.stamp
	$(BIN)/pyconc run -p all --report $(ARGS)

test: $(VENV)/test.stamp
	$(BIN)/pytest $(ARGS)

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

report: $(VENV)/report.stamp
	@test -n "$(CAMPAIGN)" || { echo "make report: name a campaign, CAMPAIGN=results/..." >&2; exit 2; }
	$(BIN)/pyconc report $(CAMPAIGN)

docs: $(VENV)/test.stamp
	$(BIN)/python -m pyconc.suite.document docs/catalogue.md

bench-harness: $(VENV)/report.stamp
	$(BIN)/python -m pyconc.harness $(ARGS)

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "make: $(PYTHON) is older than 3.11; name a newer one, make PYTHON=python3.13" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "make: $(PYTHON) cannot make a virtual environment; install its venv module" >&2; \
	    rm -rf $(VENV); exit 2; }

$(VENV)/report.stamp: EXTRAS = report
$(VENV)/test.stamp: EXTRAS = report,test
$(VENV)/dev.stamp: EXTRAS = dev
$(VENV)/%.stamp: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$(EXTRAS)]'
	@touch $@
