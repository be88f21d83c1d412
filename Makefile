# The few commands of this project. Each makes its own environment; nothing is installed outside this folder.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
# Long tests first, and what shares something dear on one worker: see tests/conftest.py.
TOGETHER := -n 2 --dist loadscope --no-loadscope-reorder

.PHONY: help env env-dev run test test-all check format lock bench chaos zones pictures

help: ## what can be done here
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed; name it with: make PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check "uv>=0.9"
	@touch .venv/uv

.venv/run: .venv/uv requirements.txt
	@$(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements.txt
	@touch .venv/run

.venv/dev: .venv/uv requirements-dev.txt
	@$(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements-dev.txt
	@touch .venv/dev .venv/run

env: .venv/run ## create the environment to run in

env-dev: .venv/dev ## create the environment to test in

run: .venv/run ## start Parley: Slack and Teams when .env has their tokens, else the room
	@$(BIN)/python -m bot run

test: .venv/dev ## the fast tests
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow and not browser"

test-all: .venv/dev ## every test, the slow ones too
	@$(BIN)/python -m pytest $(TOGETHER) -m "not browser"
	@$(BIN)/python -m pytest $(TOGETHER) -m browser

check: .venv/dev ## format, lint and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: .venv/dev ## put the code in order
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/dev ## measure; one JSON object a line, then a table
	@$(BIN)/python -m tests.bench

chaos: .venv/dev ## kill it some hundred times and compare what was said with what was asked; goes on where it stopped
	@$(BIN)/python -m tests.chaos

zones: .venv/dev ## every cadence in every zone from 2024 to 2034 (CI: each zone with a third of the cadences)
	@PARLEY_EVERY_ZONE=1 $(BIN)/python -m pytest -n 2 --dist worksteal tests/handlers/calendar/test_every_zone.py

pictures: .venv/dev ## make the README's screenshots again
	@$(BIN)/python -m tests.pictures

lock: .venv/uv ## resolve the dependencies again
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --group dev -o requirements-dev.txt
