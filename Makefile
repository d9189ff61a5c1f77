# Every verb has a line in `make help`. A bare machine needs Python 3.11 or newer, make and a package index.
.DEFAULT_GOAL := help
PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
PACKAGES := catalog documents dondoc flows migrations notifications tasks web

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

env: .venv/runtime.stamp ## build .venv with the command in .venv/bin/dondoc

demo: .venv/runtime.stamp ## play six weeks of the first decision, then show the page (ARGS=--no-serve ends after the table)
	@$(BIN)/dondoc demo $(ARGS)

test: .venv/dev.stamp ## run every test, on SQLite and PostgreSQL, with real SMTP, Prefect and browser
	@$(BIN)/python -m tests.needs
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

check: .venv/dev.stamp ## lint, format, types, arrows between packages, migrations, lock
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.checks

bench: .venv/dev.stamp ## print the figures of benchmarks/ (ARGS names some of them)
	$(BIN)/python -m benchmarks $(ARGS)

pictures: .venv/dev.stamp ## take the pictures of docs/portal.md anew
	$(BIN)/python -m tests.web.make_pictures $(ARGS)

lock: .venv/uv.stamp ## resolve again after pyproject.toml changed
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --no-emit-index-url --no-header --quiet --upgrade -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev -c requirements.lock --universal --python-version 3.11 --no-emit-index-url --no-header --quiet --upgrade -o requirements-dev.lock

clean: ## remove the environment and what it made
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.venv/uv.stamp:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cần Python 3.11 trở lên.")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

.venv/runtime.stamp: .venv/uv.stamp requirements.lock pyproject.toml
	$(BIN)/uv pip install --quiet --compile-bytecode -r requirements.lock
	$(BIN)/uv pip install --quiet --no-deps -e .
	$(BIN)/python -m compileall -q $(PACKAGES)
	@touch $@

.venv/dev.stamp: .venv/runtime.stamp requirements-dev.lock
	$(BIN)/uv pip install --quiet --compile-bytecode -r requirements-dev.lock
	@touch $@

.PHONY: help env demo test check bench pictures lock clean
