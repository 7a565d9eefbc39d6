# prepkit: `make lab` opens the workbook, `make test` runs every test. `make help` lists the rest.
# Variables: PYTHON (3.11 to 3.13), VENV (the folder to install into), ARGS (passed on by lab and scale),
# WORKERS (how many processes run the tests; auto: by the cores), ROUNDS (of faults).
PYTHON ?= python3
VENV ?= .venv
ARGS ?=
WORKERS ?= auto
ROUNDS ?= 25
BIN = $(VENV)/bin
ISSUE_FORMS = $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help lab demo test fast faults lint firefox benchmarks scale pictures constraints
.DELETE_ON_ERROR:
# Where this is set, each of the hundreds of processes that the tests start would compile prepkit again.
unexport PYTHONDONTWRITEBYTECODE

lab: $(VENV)/.lab  ## open the workbook in JupyterLab (ARGS=--no-browser only prints its address)
	@$(BIN)/prepkit lab $(ARGS)

demo: $(VENV)/.lab  ## build a website from the questions and three sample notebooks, to look at
	@$(BIN)/prepkit site data/sample/notebooks --settings data/sample/site.toml --strict -o build/demo
	@echo "Open build/demo/index.html. For the search and the consent: $(BIN)/python -m http.server 8000 -d build/demo"

test: $(VENV)/.test $(VENV)/.browser  ## run every test: browsers, kernels and notebooks too
	$(BIN)/python -m pytest -n $(WORKERS) tests notebooks --nbval-lax

fast: $(VENV)/.test  ## run the tests that take least: no browser, no kernel, none that takes long
	$(BIN)/python -m pytest -n $(WORKERS) -m "not slow and not long" -p no:nbval

firefox: $(VENV)/.lab $(VENV)/.firefox  ## try the site and the workbook in Firefox (FIREFOX names the browser)
	@export FIREFOX="$${FIREFOX:-$$(command -v firefox-esr || command -v firefox)}"; \
	PYTHON="$(abspath $(BIN))/python" node --test tests/firefox/*.test.mjs

faults: $(VENV)/.test  ## run the tests that kill and damage many times over (ROUNDS=25 each)
	$(BIN)/python -m pytest -n $(WORKERS) --dist load -m faults --rounds $(ROUNDS)

lint: $(VENV)/.test  ## check style, types, the import contract and the files that GitHub reads
	$(BIN)/ruff check .
	$(BIN)/ruff check --preview --select PLW1514 prepkit # on Windows, text without an encoding is other text
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms $(ISSUE_FORMS)
	$(BIN)/jactionlint --shellcheck= --pyflakes=
	$(BIN)/zizmor --offline --quiet .github
	$(BIN)/pre-commit validate-config

benchmarks: $(VENV)/.test $(VENV)/.browser  ## measure, as ratios; prints a table for each
	@for file in tests/benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

scale: $(VENV)/.test $(VENV)/.browser  ## measure how time and memory grow, up to 100,000 revisions; half an hour (ARGS=revisions is a part)
	$(BIN)/python tests/benchmarks/scale.py $(ARGS)

pictures: $(VENV)/.test $(VENV)/.browser  ## make the README's pictures again
	$(BIN)/python tests/pictures/make.py

constraints: $(VENV)/.test  ## resolve the newest versions into the constraints files
	$(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -q -o constraints.txt
	$(BIN)/uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -q \
	  -c constraints.txt -o constraints-dev.txt

help:  ## show this
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(not (3, 11) <= v < (3, 14) and f"prepkit needs Python 3.11, 3.12 or 3.13, and {sys.executable} is {v[0]}.{v[1]}. Install one of them, then: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python cannot make virtual environments. On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)

# The stamps say what was installed from which files: a second run has nothing to do.
$(VENV)/.lab: constraints.txt pyproject.toml | $(BIN)/python
	@echo "Installing JupyterLab and prepkit into $(VENV) (once, a minute or two) ..."
	@$(PIP) install --require-hashes -r constraints.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: constraints-dev.txt $(VENV)/.lab
	@echo "Installing what the tests need into $(VENV) (once) ..."
	@$(PIP) install --require-hashes -r constraints-dev.txt
	@touch $@

# Where tests/browser/conftest.py looks: Debian's own, or else Playwright's.
$(VENV)/.browser: $(VENV)/.test
	@if [ -n "$$PREPKIT_CHROMIUM" ] || [ -x /usr/bin/chromium-headless-shell ]; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing Chromium for the browser tests (once) ..."; \
	  export DEBIAN_FRONTEND=noninteractive; apt-get -qq update && \
	  { apt-get -qq -y install chromium-headless-shell || apt-get -qq -y install chromium; } >/dev/null; \
	elif [ -x /usr/bin/chromium ]; then :; \
	elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then \
	  $(BIN)/playwright install --with-deps chromium; \
	else $(BIN)/playwright install chromium; fi
	@touch $@

$(VENV)/.firefox: tests/firefox/package-lock.json | $(BIN)/python
	@command -v npm >/dev/null || { echo "The smoke test in Firefox needs Node 20 or newer, with npm." >&2; exit 1; }
	@if [ -n "$$FIREFOX" ] || command -v firefox-esr >/dev/null || command -v firefox >/dev/null; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing Firefox for its smoke test (once) ..."; \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install firefox-esr >/dev/null; \
	else echo "There is no Firefox here: install it, or name it: make firefox FIREFOX=/path/to/firefox" >&2; exit 1; fi
	@echo "Installing what drives Firefox into tests/firefox/node_modules (once) ..."
	@cd tests/firefox && npm ci --silent
	@touch $@
