# Every target works from nothing: the environment in .venv is made when it is missing or the lock has changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help rapporter webb dokumentation tillganglighet test lint lab lock format

help: ## Visa den här hjälpen
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

rapporter: $(READY) ## Gör alla rapporter i output/ ur de inbäddade siffrorna
	$(BIN)/styr rapport

webb: $(READY) ## Gör webbplatsen i output/webb av det som är publicerat
	$(BIN)/styr publicera

dokumentation: $(READY) ## Gör handboken i output/dokumentation, att läsa utan nät
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "Öppna output/dokumentation/index.html"

tillganglighet: webb ## Pröva webbplatsens tillgänglighet, och skriv resultatet i tillgänglighetsredogörelsen
	$(BIN)/python -m pytest tests/test_webblasare.py -k axe --tillganglighet=data/raw/tillganglighet/prov.json
	$(BIN)/styr publicera

test: $(READY) ## Kör testerna
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(READY) ## Granska kod och anteckningsböcker
	$(BIN)/ruff check . notebooks/egna/mall.ipynb
	$(BIN)/ruff format --check . notebooks/egna/mall.ipynb

format: $(READY) ## Formatera kod och anteckningsböcker
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lab: $(READY) ## Öppna JupyterLab på startsidan
	$(BIN)/styr lab

lock: ## Lås om alla paket i requirements.lock (kräver uv)
	uv pip compile --universal --generate-hashes --all-extras --upgrade --quiet \
	  --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 eller senare behövs. Kör till exempel: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)
