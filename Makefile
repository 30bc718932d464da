# make demo and make test need Python 3.11 or newer, and nothing else: they set up .venv by themselves.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test check format docs fuzz agreement kill-sweep simulate vsix core bench bench-quick bench-load constraints clean

demo: $(READY)
	@$(BIN)/ordinance dry-run rulesets/podos
	@echo
	@$(BIN)/ordinance run --sandbox --once rulesets/podos

test: check

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest
	$(BIN)/python -m engine.docs --check

format: $(READY)
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

docs: $(READY)
	$(BIN)/python -m engine.docs

fuzz: $(READY)
	FUZZ=100000 $(BIN)/pytest -m fuzz

# Compiled and reference on many generated pairs, for a night.
agreement: $(READY)
	ORDINANCE_PAIRS=100000 $(BIN)/pytest tests/engine/test_agreement.py

# The service killed (SIGKILL) at every point and every pair of points; hours. `make test` tries every point and some pairs.
kill-sweep: $(READY)
	KILL_SWEEP=all SWEEP=all $(BIN)/pytest tests/reliability/test_kill_sweep.py tests/engine/runtime/test_kill_sweep.py

# Bad days by the thousand, from seeds. A seed that fails is printed: python -m tests.reliability.simulator --seed N
simulate: $(READY)
	$(BIN)/python -m tests.reliability.simulator --seeds 10000

# The extension for Visual Studio Code, tested and packed into editors/vscode/*.vsix. Needs Node 20 or newer with npm.
vsix: $(READY)
	@command -v npm >/dev/null || { echo "The extension needs Node 20 or newer with npm, and there is no npm here." >&2; exit 1; }
	cd editors/vscode && npm install --no-audit --no-fund
	cd editors/vscode && ORDINANCE=$(CURDIR)/$(BIN)/ordinance npm test
	cd editors/vscode && npm run package

# The optional core in C, which finds the rules that fire in a third of the time: docs/limits.md. Needs a C compiler.
core: $(READY)
	@$(BIN)/python -m engine.compile.core

# Deciding beside the peers, in an environment of their own (bench/.venv): docs/performance.md and bench/results/. A peer
# that cannot be installed is reported as one that was not run. Drools needs a JDK.
bench: bench/.venv/.ready
	bench/.venv/bin/python -m bench.run

bench-quick: bench/.venv/.ready
	bench/.venv/bin/python -m bench.run --quick

PEERS := evalidate datalogic-py clipspy cedarpy zen-engine common-expression-language business-rules rule-engine cel-python drools_jpy

bench/.venv/.ready: bench/constraints.txt pyproject.toml
	@test -x bench/.venv/bin/python || $(PYTHON) -m venv bench/.venv
	@bench/.venv/bin/python -m pip install --quiet --disable-pip-version-check -c bench/constraints.txt -e .
	@for peer in $(PEERS); do \
	bench/.venv/bin/python -m pip install --quiet --disable-pip-version-check -c bench/constraints.txt $$peer || echo "$$peer cannot be installed here" >&2; done
	@touch $@

# Orders per second end to end through SQLite, next to what this machine's disk can do.
bench-load: $(READY)
	$(BIN)/python -m bench.load

# To renew the pins: a new environment with the newest versions that pyproject.toml allows, then all checks.
constraints:
	rm -rf .venv && $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@sed -n '/^#/p' constraints.txt > .venv/pins
	@$(BIN)/python -m pip freeze --exclude-editable >> .venv/pins
	@mv .venv/pins constraints.txt
	@touch $(READY)

$(READY): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "Ordinance needs Python 3.11 or newer, and there is no $(PYTHON) here." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Ordinance needs Python 3.11 or newer, and this is $$($(PYTHON) --version). Another one: make PYTHON=python3.12" >&2; exit 1; }
	@echo "setting up .venv" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

clean:
	rm -rf .venv build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
