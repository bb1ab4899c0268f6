# make bench           measure the notes' comparisons and render the report
# make bench-all       the same on every Python that is found
# make compare         is HEAD slower than BASE? BASE=python3.13 HEAD=python3.14, both measured now;
#                      PROFILE=full, ARGS="lock queue", COMPARE="--fail-on slower --confirm"
# make noise           measure a Python against itself: what can be seen on this machine
# make report          render CAMPAIGN=results/... again
# make site            render the published campaigns in results/ again, and the README's chart
# make test            run the tests, but for those that take long
# make test-long       run those: all documents, every page in a browser, wheels, a hundred kills
# make lint            ruff, mypy, and the direction of imports
# make docs            write docs/catalogue.md, docs/workloads.md, docs/reports.md and
#                      benchmarks/MANIFEST from the declarations and docstrings
# make bench-harness   what the harness itself costs, and whether its net costs add up
# make bench-compare   false alarms and slowdowns found, with pyperf's verdicts on the same data
# make clean           remove .venv and what was built
#
# PYTHON=python3.13 makes .venv with that Python; ARGS="..." is handed on to every command.

PYTHON  ?= python3
PROFILE ?= quick
VENV    := .venv
BIN     := $(VENV)/bin

.PHONY: bench bench-all bench-harness bench-compare compare both-named noise test test-long lint report site docs \
  clean

bench: $(VENV)/report.stamp
	$(BIN)/pyconc run --report $(ARGS)

bench-all: $(VENV)/report.stamp
	$(BIN)/pyconc run -p all --report $(ARGS)

# A new folder every time. Where a case fails, it is named, and the others are compared.
compare: INTO := results/compare-$(shell date +%Y-%m-%d-%H%M%S)
compare: both-named $(VENV)/report.stamp
	$(BIN)/pyconc run -p "$(BASE)=base" -p "$(HEAD)=head" --profile $(PROFILE) -o $(INTO) $(ARGS) || \
	  test $$? -eq 1
	$(BIN)/pyconc compare $(INTO)@base $(INTO)@head $(COMPARE)

both-named:
	@test -n "$(BASE)" && test -n "$(HEAD)" || \
	  { echo "make compare: name two Pythons, BASE=python3.13 HEAD=python3.14" >&2; exit 2; }

noise: $(VENV)/report.stamp
	$(BIN)/pyconc noise $(ARGS)

test: MARKED = not long
test-long: MARKED = long
test test-long: $(VENV)/test.stamp
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "$(MARKED)" $(ARGS)

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

report: $(VENV)/report.stamp
	@test -n "$(CAMPAIGN)" || { echo "make report: name a campaign, CAMPAIGN=results/..." >&2; exit 2; }
	$(BIN)/pyconc report $(CAMPAIGN)

# Of the campaigns that git tracks, and of nothing of one's own, such as the history of the machine;
# and the README's chart.
site: PUBLISHED = $(dir $(shell git ls-files 'results/*/campaign.json'))
site: export PYCONC_HISTORY = $(VENV)/no-history
site: $(VENV)/report.stamp
	$(BIN)/pyconc report $(PUBLISHED) --slim -o results/site
	$(BIN)/python -m pyconc.report.png notes-overview docs/images/overview.png $(PUBLISHED)

docs: $(VENV)/test.stamp
	$(BIN)/python -m pyconc.suite.document docs/catalogue.md
	$(BIN)/python -m pyconc.suite.writing docs/workloads.md
	$(BIN)/python -m pyconc.suite.manifest benchmarks
	$(BIN)/python -m pyconc.report.reports_list docs/reports.md

bench-harness: $(VENV)/report.stamp
	$(BIN)/python -m pyconc.trust harness $(ARGS)

bench-compare: $(VENV)/report.stamp
	$(BIN)/python -m pyconc.trust slowdowns $(ARGS)

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "make: $(PYTHON) is older than 3.11; name a newer one, make PYTHON=python3.13" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "make: $(PYTHON) cannot make a virtual environment; install its venv module" >&2; \
	    rm -rf $(VENV); exit 2; }

# What has more extras has those of the others too.
$(VENV)/report.stamp: EXTRAS = report
$(VENV)/test.stamp: EXTRAS = report,test
$(VENV)/test.stamp: LESS = $(VENV)/report.stamp
$(VENV)/dev.stamp: EXTRAS = dev
$(VENV)/dev.stamp: LESS = $(VENV)/report.stamp $(VENV)/test.stamp
$(VENV)/%.stamp: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$(EXTRAS)]'
	@touch $@ $(LESS)
