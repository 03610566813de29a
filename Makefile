# Every target that needs Python depends on `install`, which does nothing if .venv is up to date.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8080
EXAMPLES ?= 100
HISTORIES ?= 600
SHARED ?= 20
# Tests whose assertions pytest has rewritten are kept, also where containers and CI forbid bytecode.
unexport PYTHONDONTWRITEBYTECODE
# A deep run takes longer than a test may hang.
DEEP := -v -o faulthandler_timeout=0
BIN := .venv/bin
STAMP := .venv/.installed
BROWSER := .venv/.browser
GOLDEN := contract_tests/unit/contract/behaviour
OF_REPLICAS := contract_tests/test_shared_spaces.py contract_tests/test_replicas.py contract_tests/test_killed_replicas.py contract_tests/test_store_outages.py

.DEFAULT_GOAL := help
.PHONY: help install lock serve generate format lint types test browser fresh dist deep drift foreign bench soak attack files compare report golden

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

install: $(STAMP) ## Create .venv with every extra and .venv/bin/greenroom

$(STAMP): pyproject.toml constraints.txt scripts/install.sh
	@PYTHON="$(PYTHON)" sh scripts/install.sh
	@touch $@

lock: $(STAMP) ## Resolve constraints.txt again (exact versions, no registry addresses)
	@sh scripts/lock.sh

serve: $(STAMP) ## Serve the mocks of all vendors (HOST=127.0.0.1 PORT=8080)
	@$(BIN)/greenroom serve --host $(HOST) --port $(PORT)

generate: $(STAMP) ## Write generated/ from specs/, and the pages of docs/ that the code gives
	@$(BIN)/python scripts/generate.py

format: $(STAMP) ## Rewrite the sources in the project's style
	@$(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format --quiet .

lint: $(STAMP) ## Check style, without changing anything
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .

types: $(STAMP) ## Check types (mypy, strict)
	@$(BIN)/mypy --no-error-summary

test: $(STAMP) lint types ## Test everything: style, types, contracts, mocks, models
	@$(BIN)/pytest -q -n auto $(ARGS)

$(BROWSER): $(STAMP)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -c constraints.txt --group browser
	@touch $@

browser: $(BROWSER) ## Test the pages in the system's Chromium; pictures go to reports/browser/
	@$(BIN)/pytest -q -n auto contract_tests/browser $(ARGS)

fresh: dist ## Follow README.md and docs/ in a new environment, with the wheel installed by pip
	@GREENROOM_FRESH=1 $(BIN)/pytest -q contract_tests/test_documentation.py $(ARGS)

dist: $(STAMP) ## Build wheel and source distribution into dist/, reproducibly
	@$(BIN)/python scripts/dist.py

deep: $(STAMP) ## Test mocks, checks and shared spaces with many more generated requests and scenarios (EXAMPLES=100)
	@GREENROOM_EXAMPLES=$(EXAMPLES) $(BIN)/pytest $(DEEP) -n auto contract_tests/test_mocks.py contract_tests/test_stateful_runs.py $(ARGS)
	@GREENROOM_EXAMPLES=5 $(BIN)/pytest $(DEEP) -n auto contract_tests/test_check_mocks.py contract_tests/test_check_spaces.py contract_tests/test_nothing_of_others.py $(ARGS)
	@GREENROOM_SHARED_HISTORIES=$(SHARED) $(BIN)/pytest $(DEEP) -n auto $(OF_REPLICAS) $(ARGS)

state: $(STAMP) ## Compare spaces with plain lists in long random histories (HISTORIES=600)
	@GREENROOM_HISTORIES=$(HISTORIES) $(BIN)/pytest $(DEEP) -s -n auto contract_tests/test_simulation.py $(ARGS)

drift: $(STAMP) ## Test the checks with servers that drift from their contracts
	@$(BIN)/python scripts/drifts.py $(ARGS)

foreign: $(STAMP) ## Fetch OpenAPI files and schemas of other projects (npm), and test with all of them
	@sh scripts/foreign.sh && sh scripts/schema_suite.sh
	@$(BIN)/pytest -q -n auto contract_tests/test_foreign_files.py contract_tests/test_github_file.py contract_tests/test_json_schema_suite.py $(ARGS)

bench: $(STAMP) ## Compare requests per second with other servers (ROUNDS=20 SECONDS=0.3)
	@$(BIN)/python scripts/bench.py $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SECONDS),--seconds $(SECONDS))

soak: $(STAMP) ## Send a million requests of all kinds to all mocks (REQUESTS=1000000)
	@$(BIN)/python scripts/soak.py $(if $(REQUESTS),--requests $(REQUESTS))

attack: $(STAMP) ## Send hostile requests to all mocks (REQUESTS=100000)
	@$(BIN)/python scripts/attack.py $(if $(REQUESTS),--requests $(REQUESTS)) $(ARGS)

files: $(STAMP) ## Serve each OpenAPI file of a folder and judge every body (DIR=)
	@PYTHONPATH=contract_tests:contract_tests/unit $(BIN)/python scripts/files.py $(DIR) $(ARGS)

compare: $(STAMP) ## Compare the responses of this tree and of a revision (BASE=main NEW=)
	@$(BIN)/python scripts/compare_responses.py $(BASE) $(if $(NEW),--new $(NEW)) $(ARGS)

report: $(STAMP) ## Print what the contracts are based on
	@$(BIN)/greenroom report

golden: $(STAMP) ## Write the golden files of what the contracts' operations do
	@for file in $(patsubst specs/%/openapi.yaml,%,$(wildcard specs/*/openapi.yaml)) $(GOLDEN)/petstore.yaml $(GOLDEN)/payments.yaml; do \
		$(BIN)/greenroom report --behaviour $$file > $(GOLDEN)/golden/$$(basename $$file .yaml).txt; done
