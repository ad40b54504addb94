# Luồng Xanh. `make` without a target lists the targets. You need python3 (3.11 or newer), make and a package index.

.DEFAULT_GOAL := help
.PHONY: help install bytecode demo restore-drill repair-drill chaos up down status reset check test conformance bench bench-api bench-console pictures lock clean
.PHONY: check-format check-lint check-types check-arrows check-dead-code check-facts check-dependencies check-lock
.PHONY: check-collection check-replay

BIN := .venv/bin
CLIENT := clients/python
STAMP := .venv/.installed
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
# How many processes run the tests; each starts its own servers. Two more than the cores: tests wait a good deal.
WORKERS ?= $(shell expr `getconf _NPROCESSORS_ONLN` + 2)
# Anything else for pytest: make test ONLY="-k calendar"
ONLY ?=
comma := ,

help: ## Show these lines
	@echo "Luồng Xanh – make …"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile

install: $(STAMP) ## Make .venv from requirements.lock (every file is checked by its hash)

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { \
		echo "Cần Python 3.11 trở lên: không tìm thấy python3 phù hợp trên máy này." >&2; \
		echo "Python 3.11 or newer is needed, and no such python3 was found. Install one (Debian: apt install python3" >&2; \
		echo "python3-venv), or name it: make install PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Đang cài đặt vào .venv, lần đầu mất khoảng một phút …  (installing into .venv: about a minute, once)"
	@$(BIN)/pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv || { \
		echo "Không tạo được .venv. Trên Debian/Ubuntu: apt install python3-venv, rồi chạy lại." >&2; \
		echo "The environment could not be made. On Debian/Ubuntu: apt install python3-venv, then run again." >&2; exit 1; }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-compile --require-hashes -r requirements.lock || { \
		echo "Không cài được các thư viện: hãy kiểm tra kết nối tới kho gói Python (pip config list), rồi chạy lại." >&2; \
		echo "The libraries could not be installed. Check that pip reaches its index (pip config list), then run again." >&2; \
		exit 1; }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -qq -j 0 .venv/lib || true # all processors; as for pip, what this Python cannot read is no error
	@touch $(STAMP)

# The sandbox loads a workflow's module once for each dossier. Without bytecode it is compiled every time, and Python does
# not write bytecode where PYTHONDONTWRITEBYTECODE is set (containers, CI). Where the wheel is installed, pip writes it.
bytecode: $(STAMP)
	@$(BIN)/python -m compileall -q activities clients domain gateway tools workers workflows tests

demo: bytecode ## Play a working day of the province, print what happened, stop everything (KEEP=1: leave it to look at)
	@$(BIN)/python -m tools demo $(if $(KEEP),--keep)

restore-drill: bytecode ## Lose all servers in the middle of a run, come back to a moment, finish every dossier; prints RPO and RTO (DOSSIERS=100 SEED= TEMPORAL=kept)
	@$(BIN)/python -m tools restore-drill $(if $(DOSSIERS),--dossiers $(DOSSIERS)) $(if $(SEED),--seed $(SEED)) $(if $(TEMPORAL),--temporal $(TEMPORAL))

repair-drill: bytecode ## Leave dossiers stuck by a bad release in four ways, repair them by one plan, finish all (DOSSIERS=200)
	@$(BIN)/python -m tools repair-drill $(if $(DOSSIERS),--dossiers $(DOSSIERS))

chaos: bytecode ## Play dossiers while everything fails, count every effect outside; writes build/chaos.json (SEED= MINUTES= DOSSIERS=)
	@$(BIN)/python -m tools chaos $(if $(DOSSIERS),--dossiers $(DOSSIERS)) $(if $(MINUTES),--minutes $(MINUTES)) \
		$(if $(SEED),--seed $(SEED))

up: bytecode ## Start PostgreSQL, Temporal, the simulator, the issuer, API, console and worker, and print their addresses
	@$(BIN)/python -m tools up

down: $(STAMP) ## Stop them; the data stays
	@$(BIN)/python -m tools down

status: $(STAMP) ## Show what runs, where, and where the logs are
	@$(BIN)/python -m tools status

reset: $(STAMP) ## Stop them and erase their data
	@$(BIN)/python -m tools reset

test: bytecode ## Run every test, on a real PostgreSQL and a real Temporal
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ONLY)

# pm4py brings half a gigabyte of libraries, which nothing else needs: it has an environment of its own.
PM4PY := build/conformance
conformance: bytecode ## Read event logs back with pm4py (installs it into build/conformance: 500 MB)
	@test -x $(PM4PY)/bin/pm4py-is-there || { $(PYTHON) -m venv --clear $(PM4PY) && \
		$(PM4PY)/bin/python -m pip install -qq --disable-pip-version-check pm4py==2.7.23.11 && \
		ln -s python $(PM4PY)/bin/pm4py-is-there; }
	@$(BIN)/python -m pytest -q tests/conformance

bench: bytecode ## Measure the engine against its baseline; writes build/bench.json (SIZE=S|M|L, COMPARE=an earlier file, PEERS=dbos,restate)
	@$(BIN)/python -m tools bench $(if $(SIZE),--size "$(SIZE)") $(if $(COMPARE),--compare "$(COMPARE)") \
		$(foreach peer,$(subst $(comma), ,$(PEERS)),--peers "$(peer)")

bench-api: bytecode ## Measure the HTTP API beside the client library, with 100,000 dossiers; writes build/bench-api.json
	@$(BIN)/python -m tools bench-api

bench-console: bytecode ## Measure every page of the console, with 100,000 dossiers; writes build/bench-console.json
	@$(BIN)/python -m tools bench-console

pictures: bytecode ## Play a small day, and picture the pages of the console into docs/console (needs Chromium)
	@$(BIN)/python -m tools pictures

# One gate: $(1) its name, $(2) its command, $(3) what to do when it fails.
gate = @echo "── $(1)"; $(2) || { \
	echo "✗ $(1): không đạt / failed"; echo "  lệnh / command: $(2)"; echo "  cách sửa / remedy: $(3)"; exit 1; } >&2

# The types come first: they take half of the time, and with `make -j2 check` the others run beside them.
check: check-types check-format check-lint check-arrows check-dead-code check-facts check-dependencies check-lock check-replay check-collection ## Types, format, lint, imports, dead code, facts of sentences, dependencies, lock, replay of released histories, collection of the tests

check-format: $(STAMP)
	$(call gate,format,$(BIN)/ruff format --check --quiet .,run $(BIN)/ruff format .)

check-lint: $(STAMP)
	$(call gate,lint,$(BIN)/ruff check --quiet .,run $(BIN)/ruff check --fix . and correct the rest by hand)

check-types: $(STAMP)
	$(call gate,types,$(BIN)/mypy --no-error-summary,correct the types at the lines named above)

check-arrows: $(STAMP)
	$(call gate,import arrows,$(BIN)/lint-imports --no-cache --no-logo && cd $(CLIENT) && $(CURDIR)/$(BIN)/lint-imports --no-cache --no-logo,move the import: domain ← activities ← workflows ← gateway ← workers; nothing but tools imports tools (docs/architecture.md))

check-dead-code: $(STAMP)
	@mkdir -p build && $(BIN)/python -m tools.template_names build/template_names.py
	$(call gate,dead code,$(BIN)/vulture,delete what nothing uses)

check-facts: $(STAMP)
	$(call gate,facts of sentences,$(BIN)/python -m tools.sentence_facts,give the facts named above where the sentence is said)

check-dependencies: $(STAMP)
	$(call gate,dependencies,$(BIN)/deptry . --no-ansi && cd $(CLIENT) && $(CURDIR)/$(BIN)/deptry . --no-ansi,declare in pyproject.toml what is imported and drop what is not; then make lock)

check-replay: bytecode
	$(call gate,replay,$(BIN)/python -m tests.histories.gate,keep the old path for the runs named above (docs/decisions/031-replay.md); never change a recorded history)

# Every module of tests can be imported. pytest writes the modules as it reads them, with their assertions explained, so
# that no process of `make test` translates them again: each took 9 s of processor time for that.
check-collection: bytecode
	@mkdir -p build
	$(call gate,collection of tests,PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --collect-only -qqq >build/collection.txt || { cat build/collection.txt; false; },correct the imports or the names of tests that are named above)

COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --all-extras \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock"

# uv exits with 1 when dependencies exclude each other, and with 2 when the index does not answer; then the lock is not judged.
check-lock: $(STAMP)
	@echo "── lock"; mkdir -p build && cp requirements.lock build/requirements.lock
	@$(COMPILE) --output-file build/requirements.lock 2>build/lock.log; code=$$?; \
	test $$code -eq 0 || cat build/lock.log >&2; \
	if [ $$code -eq 0 ] && cmp -s requirements.lock build/requirements.lock; then exit 0; \
	elif [ $$code -eq 0 ]; then \
		echo "✗ lock: requirements.lock đã cũ so với pyproject.toml / is older than pyproject.toml"; \
		echo "  cách sửa / remedy: run make lock and commit requirements.lock"; \
	elif [ $$code -eq 1 ]; then \
		echo "✗ lock: các thư viện trong pyproject.toml loại trừ nhau / what pyproject.toml asks for excludes itself"; \
		echo "  cách sửa / remedy: correct the dependencies that are named above, then make lock"; \
	elif grep -qi certificate build/lock.log; then \
		echo "✗ lock: chưa kiểm được: không tin chứng thư của kho gói / not checked: the index's certificate is not trusted"; \
		echo "  cách sửa / remedy: set SSL_CERT_FILE to the certificates of your network, then make check-lock"; \
	else \
		echo "✗ lock: chưa kiểm được: không hỏi được kho gói / not checked: the package index could not be asked"; \
		echo "  cách sửa / remedy: look at the network or the proxy and at UV_DEFAULT_INDEX, then make check-lock"; \
	fi >&2; exit 1

lock: ## Renew requirements.lock from pyproject.toml; with UPGRADE=1 take newer versions too
	@test -x $(BIN)/uv || { echo "Run make install first: the lock is made by the uv of .venv." >&2; exit 1; }
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --output-file requirements.lock

clean: ## Remove .venv, caches and build results (run make reset first to stop and erase a running stack)
	@rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
