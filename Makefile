# Everything people and CI do. POSIX sh only; `make` alone lists the targets.
#
# A fresh machine needs Python 3.11 with pip, or uv. Nothing is installed outside this folder
# except the system packages that `make system` names.

UV_VERSION = 0.13
VENV = .venv
BIN = $(VENV)/bin
STAMP = $(VENV)/.setup-done
WORKERS ?= 2
ACRO = 0.4.12 1.0.2
UP_ARGS ?=
SEVEN ?= seven-libraries
SEVEN_ARGS ?= --enterprises 8000 --months 48 --monthly

.DEFAULT_GOAL := help
.PHONY: help setup system up seven test test-slow bench acro questions lint format check-notebooks screenshots words clean

help:
	@echo "make setup        .venv with everything, from uv.lock"
	@echo "make up           the sample city: gateway, JupyterLab and Voila; Ctrl-C ends all"
	@echo "make seven        a second city, for the seven libraries: made up first, then as make up"
	@echo "make test         every check and every test"
	@echo "make test-slow    the loops that take long: processes killed at random moments, and so on"
	@echo "make bench        measure, and write docs/benchmarks.md (about an hour)"
	@echo "make acro         ask ACRO about small tables again, and compare with its kept verdicts"
	@echo "make questions    ask 100 statistical questions, and write docs/statistics-questions.md"
	@echo "make lint         ruff, mypy, the order of the layers, notebooks without outputs"
	@echo "make format       let ruff rewrite the code"
	@echo "make words        bring the catalogues of words up to date with the pages' code"
	@echo "make screenshots  take the pictures of docs/screenshots again"
	@echo "make clean        remove .venv and .uv (the city's state is left alone)"

setup: $(STAMP)

$(STAMP): pyproject.toml uv.lock .make/setup.sh
	@UV_VERSION=$(UV_VERSION) sh .make/setup.sh
	@touch $(STAMP)

system:
	@sh .make/system.sh

up: setup
	@$(BIN)/workbench up $(UP_ARGS)

# A city that is there already is opened as it is.
seven: setup
	@test -d $(SEVEN) || $(BIN)/workbench sample build --city $(SEVEN) $(SEVEN_ARGS)
	@$(BIN)/workbench up --city $(SEVEN) $(UP_ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory check-notebooks

check-notebooks: setup
	$(BIN)/nbstripout --verify notebooks/*.ipynb dashboards/*.ipynb

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: setup system lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

test-slow: setup system
	$(BIN)/python -m pytest -m slow --timeout 3600
	WORKBENCH_EXAMPLES=20 $(BIN)/python -m pytest tests/property tests/unit/sharing --timeout 3600

bench: setup system
	$(BIN)/python -m tests.bench

# ACRO pins what we do not: an environment of its own for each version, nothing installed here.
acro: setup
	@for version in $(ACRO); do \
		PATH="$$PATH:$(CURDIR)/.uv/bin" uv run --quiet --isolated --no-project --python 3.11 \
			--with acro==$$version python tests/spec/disclosure/acro_verdicts.py || exit 1; \
	done

questions: setup system
	$(BIN)/python -m tests.ordinary.statistics_report

words: setup
	$(BIN)/python .make/locale.py

screenshots: setup system
	WORKBENCH_SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest tests/browser/test_lab_and_page.py
	WORKBENCH_SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest tests/browser/test_sample_desks.py
	WORKBENCH_SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest tests/browser/test_pages.py -m slow \
	  -k "aba_catalogue-hall-zh-light or house_prices-hall-en-wall or house_prices-phone-zh-dark"
	WORKBENCH_SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest tests/browser/test_governance_pages.py \
	  -m slow -k "every_panel and desk"

clean:
	rm -rf $(VENV) .uv
