# Each target makes its own environment first; nothing has to be installed by hand but Python 3.11 or later.
PYTHON ?= python3
VENV := .venv/bin/python
WORKERS ?= 3

# Compiled modules are kept: hundreds of processes of the tests would compile them anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test check bench docs pictures pins
help: ## What there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

demo: ## A believable company on http://127.0.0.1:8700 (KEEP=DIR keeps it)
	@$(PYTHON) tools/bootstrap.py demo
	@$(VENV) -m tools.demo $(if $(KEEP),--keep $(KEEP))

test: ## Every test, with real servers and a real browser
	@$(PYTHON) tools/bootstrap.py test --system-packages
	@$(VENV) -m pytest -n $(WORKERS) --dist loadgroup

check: ## Linters, formats and types
	@$(PYTHON) tools/bootstrap.py check
	@$(VENV) -m ruff check .
	@$(VENV) -m ruff format --check .
	@$(VENV) -m mypy

bench: ## Measurements, each beside its peer
	@$(PYTHON) tools/bootstrap.py test --system-packages
	@$(VENV) -m benchmarks

docs: ## Regenerate what is generated
	@$(PYTHON) tools/bootstrap.py test
	@$(VENV) -m tools.configuration_page
	@$(VENV) -m tools.translations

pictures: ## Take the pictures of the READMEs anew
	@$(PYTHON) tools/bootstrap.py test --system-packages
	@$(VENV) -m tools.pictures

pins: ## Pin every requirement anew, by hash (needs uv)
	@$(PYTHON) tools/pin.py
