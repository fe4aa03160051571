# Everything happens in .venv here; the first target that needs it makes it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check bench browsers clean

demo: browsers
	$(BIN)/dropcheck demo

test: browsers
	$(BIN)/pytest -n 2 --dist loadfile

check: browsers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check src tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/dropcheck validate suites
	$(BIN)/pytest -n 2 --dist loadfile
	@./scripts/audit-dependencies $(BIN)

bench: browsers
	$(BIN)/python -m benchmarks

# Browsers that can't be got here are named, with the command to type; their tests are then skipped.
browsers: $(READY)
	@$(BIN)/dropcheck install || echo "Going on without what is missing; what needs it is skipped and says so."

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "dropcheck needs Python 3.11 or newer; this is $$($(PYTHON) --version). Name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
		|| { echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,artwork,chinese,label,cluster,cache]' \
		|| { echo "The dependencies could not be installed; is there a network?"; exit 1; }
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
