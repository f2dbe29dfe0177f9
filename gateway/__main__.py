"""``python -m gateway`` is ``dossier-vault``."""

from gateway.cli import main

if __name__ == "__main__":
    main(prog_name="dossier-vault")
