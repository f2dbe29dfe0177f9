"""Layers and confinement, read from the sources: gateway asks vault, vault asks keys, each package has its place."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.repository.sources import LAYERS, ROOT, Use, attributes, imports, source_files

# A package and the only files that may import it. fnmatch's * matches slashes too.
PLACES: dict[str, tuple[str, ...]] = {
    # the time stamp takes certificates apart, and leaves every cipher call to rfc3161_client
    "cryptography": ("keys/primitives/*", "keys/root/*", "vault/anchors/timestamp.py"),
    "rfc3161_client": ("vault/anchors/timestamp.py",),
    "minio": ("vault/storage/s3*.py",),
    "urllib3": ("vault/storage/s3*.py", "vault/anchors/web.py"),
    "watchdog": ("vault/intake/hot_folder.py",),
    "flask": ("gateway/*",),
    "flask_babel": ("gateway/*",),
    "flask_login": ("gateway/*",),
    "flask_wtf": ("gateway/*",),
    "werkzeug": ("gateway/*",),
    "wtforms": ("gateway/*",),
    "babel": ("gateway/*",),
    "jinja2": ("gateway/*",),
    "markupsafe": ("gateway/*",),
    "gunicorn": ("gateway/cli/*",),
    "click": ("gateway/cli/*",),
    "rich": ("gateway/cli/*",),
    "structlog": ("gateway/*",),
    "sqlalchemy": ("vault/database/*",),
    "alembic": ("vault/database/*",),
    "psycopg": ("vault/database/*",),
    "sqlite3": ("vault/database/*", "gateway/cli/doctor.py"),  # doctor only says its version
    "pypdfium2": ("vault/intake/converter/render/*",),
    "markdown_it": ("vault/intake/converter/render/*",),
    "PIL": ("vault/intake/converter/render/*", "vault/marking/*"),
    "numpy": ("vault/intake/converter/render/*", "vault/marking/*"),
    "xlsxwriter": ("vault/trail/exports/*",),
    "simplejpeg": ("vault/intake/converter/render/*", "vault/marking/*"),
    "subprocess": ("vault/intake/converter/*", "vault/ledger/examiners.py", "gateway/cli/*"),
    "msgspec": ("vault/*",),
    "maxminddb": ("vault/geoip.py",),
    "reportlab": ("vault/printing/*",),
}
# Effects arrive as arguments; these files hand them in.
WIRING = ("vault/clock.py", "vault/assembly.py", "gateway/cli/*", "vault/intake/converter/*")
EFFECTS = (
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "time.sleep",
    "os.environ",
    "os.getenv",
    "os.urandom",
    "secrets",
    "random",
    "uuid",
)
# The bottom of vault: what everything may import, and what therefore imports next to nothing.
BOTTOM = {
    "keys/errors.py": (),
    "keys/model.py": ("keys.errors",),
    "vault/errors.py": (),
    "vault/clock.py": (),
    "vault/model.py": ("vault.clock", "vault.errors", "keys.errors", "keys.model"),
    "vault/config/*": ("vault.config", "vault.errors", "vault.model"),
}


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def upward(uses: list[Use]) -> list[str]:
    """Imports of a layer above the file's own."""
    return [
        str(use)
        for use in uses
        for above in LAYERS[LAYERS.index(use.path.split("/")[0]) + 1 :]
        if is_within(use.name, above)
    ]


def misplaced(uses: list[Use]) -> list[str]:
    """Imports of a confined package outside its place."""
    return [
        str(use)
        for use in uses
        for package, places in PLACES.items()
        if is_within(use.name, package) and not any(fnmatch(use.path, place) for place in places)
    ]


def unwired(uses: list[Use]) -> list[str]:
    """Clocks, randomness and environment taken rather than given."""
    return sorted(
        {
            str(use)
            for use in uses
            if any(is_within(use.name, effect) for effect in EFFECTS)
            and not any(fnmatch(use.path, place) for place in WIRING)
        }
    )


def beyond(uses: list[Use], pattern: str, allowed: tuple[str, ...]) -> list[str]:
    """Imports of the project's own modules other than ``allowed``, in the files of ``pattern``."""
    return [
        str(use)
        for use in uses
        if fnmatch(use.path, pattern)
        and use.name.split(".")[0] in LAYERS
        and not any(is_within(use.name, module) for module in allowed)
    ]


def plant(root: Path, path: str, source: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source, encoding="utf-8")


def test_no_layer_imports_the_one_above() -> None:
    """keys knows neither vault nor gateway, and vault not gateway."""
    assert upward(imports()) == []


def test_packages_are_imported_in_their_place_only() -> None:
    """Ciphers, SQL, web, store clients and image decoders each have one place."""
    assert misplaced(imports()) == []


def test_effects_are_given_and_not_taken() -> None:
    """Only the wiring reads clocks, randomness and the environment."""
    assert unwired(attributes()) == []


@pytest.mark.parametrize("pattern", BOTTOM)
def test_bottom_imports_nothing_above_it(pattern: str) -> None:
    """Errors, ids and configuration can be imported from anywhere without a cycle."""
    assert beyond(imports(), pattern, BOTTOM[pattern]) == []


def test_imports_are_absolute() -> None:
    """The full name of a module stands wherever it is imported."""
    assert [str(use) for use in imports() if use.name.startswith(".")] == []


def test_no_module_has_a_name_without_a_subject() -> None:
    """Nothing gathers what found no other place."""
    vague = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base", "core"}
    found = [path for path in source_files() if vague & set(path.relative_to(ROOT).with_suffix("").parts)]

    assert found == []


def test_every_module_says_what_it_is_for() -> None:
    """Each file begins with a docstring, packages without code of their own included."""
    silent = [
        path for path in source_files() if not path.read_text(encoding="utf-8").lstrip().startswith(('"""', 'r"""'))
    ]

    assert silent == []


@pytest.mark.parametrize("module", [path for pattern in PLACES.values() for path in pattern])
def test_every_place_exists(module: str) -> None:
    """A rule for files that were moved away protects nothing."""
    assert any(fnmatch(path.relative_to(ROOT).as_posix(), module) for path in source_files())


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("keys/model.py", "import vault.model"),
        ("keys/model.py", "from vault import model"),
        ("vault/access/opening.py", "def open_document():\n    from gateway.app import create_app"),
        ("vault/place.py", "import gateway"),
    ],
)
def test_planted_import_of_the_layer_above_is_found(tmp_path: Path, path: str, source: str) -> None:
    """The check of the layers sees every way to import."""
    plant(tmp_path, path, source)

    assert len(upward(imports(tmp_path))) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("vault/sealing/envelope.py", "from cryptography.hazmat.primitives.ciphers.aead import AESGCM"),
        ("gateway/views/viewer.py", "def page():\n    import sqlalchemy as sa"),
        ("vault/filing/documents.py", "if True:\n    import minio.error"),
        ("vault/storage/directory.py", "import urllib3"),
        ("vault/access/reading.py", "from PIL import Image"),
    ],
)
def test_planted_import_out_of_place_is_found(tmp_path: Path, path: str, source: str) -> None:
    """The check of the places sees imports in functions and of submodules."""
    plant(tmp_path, path, source)

    assert len(misplaced(imports(tmp_path))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "import datetime as dt\nnow = dt.datetime.now(dt.UTC)",
        "from datetime import datetime\nnow = datetime.now()",
        "from time import monotonic as ticks\nstart = ticks()",
        "import os\nhome = os.environ['HOME']",
        "from os import urandom\nkey = urandom(32)",
        "import secrets\ntoken = secrets.token_bytes",
        "import random\nrandom.random()",
    ],
)
def test_planted_effect_is_found(tmp_path: Path, source: str) -> None:
    """The check of the effects sees through aliases."""
    plant(tmp_path, "vault/policy/opening.py", source)

    assert unwired(attributes(tmp_path)) != []


def test_argument_named_like_a_module_is_no_effect(tmp_path: Path) -> None:
    """``random`` handed in as an argument is the rule, not its breach."""
    plant(tmp_path, "vault/policy/opening.py", "def seal(*, random):\n    return random(32)")

    assert unwired(attributes(tmp_path)) == []
