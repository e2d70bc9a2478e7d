# Every target works in a fresh clone: the first one makes .venv/ here, later ones use it again until setup.cfg changes.
# Needs git, make and python3 (3.11 or newer) with its venv module; on Debian: apt install git make python3 python3-venv

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test coverage lint docs bench faults endorsement history

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: $(READY) ## publish one post to 64 accounts of the built-in sandbox, from nothing
	$(BIN)/gaung demo

# Many tests wait for processes and servers: more of them at once than there are cores.
test: $(READY) ## run all tests
	$(BIN)/pytest -n 4

coverage: $(READY) ## run all tests and show what they do not cover
	$(BIN)/pytest -n 4 --cov --cov-report=term

lint: $(READY) ## check style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	sh scripts/link.sh
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

docs: $(READY) ## build the documentation into build/docs; a warning, such as a link that leads nowhere, is an error
	$(BIN)/sphinx-build --fail-on-warning --keep-going --nitpicky --quiet --builder html --doctree-dir build/doctrees docs build/docs

bench: $(READY) ## measure: fan-out, scheduling, lateness, start-up (PostgreSQL and Redis are started for it)
	$(BIN)/python bench/run.py

endorsement: $(READY) ## 44,414 members, 30 posts, 64 accounts against the sandbox's truth (half an hour)
	$(BIN)/python bench/endorsement.py

history: $(READY) ## 90 days of measuring 64 accounts and 200 posts, every number of the reports recomputed (some minutes)
	HISTORY=whole $(BIN)/pytest -n 0 -s tests/core/reports/test_history.py

faults: $(READY) ## kill, stop, cut off and wipe while it publishes, then count what was lost or doubled
	$(BIN)/python bench/faults.py

# ensurepip may have failed half way (python3-venv was missing): a venv without a working pip is made again.
$(READY): setup.cfg pyproject.toml
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv
	@echo "installing Gaung and its tools into .venv/ (once; a minute or two)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,dev]'
	@touch $@
