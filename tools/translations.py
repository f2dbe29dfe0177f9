"""The gettext catalogue of the web application: extracted from code and templates, merged, compiled.

``python -m tools.translations`` (part of ``make docs``) brings messages.po up to date, keeping what is translated,
compiles messages.mo, and names what still lacks its Chinese; its exit code is then 1. The tests fail while either file
is not current or a Chinese sentence is missing.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

GATEWAY = Path(__file__).resolve().parents[1] / "gateway"
FOLDER = GATEWAY / "translations" / "zh_Hans_CN" / "LC_MESSAGES"
PO = FOLDER / "messages.po"
MO = FOLDER / "messages.mo"
_METHODS = [("cli/**", "ignore"), ("**.py", "python"), ("templates/**.html", "jinja2")]
_NO_DATE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def extracted() -> Catalog:
    """What the code and templates say now."""
    catalogue = Catalog(project="Dossier Vault")
    for _file, _line, message, _comments, _context in _found():
        catalogue.add(message)
    return catalogue


def stored() -> Catalog:
    """What messages.po holds."""
    if not PO.exists():
        return Catalog(locale="zh_Hans_CN", project="Dossier Vault")
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


def updated() -> Catalog:
    """messages.po as it should be: today's messages with the translations there are, sorted, without guesses."""
    catalogue = stored()
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue as text without dates and line numbers, so that two branches merge."""
    written = io.BytesIO()
    write_po(written, catalogue, width=100, no_location=True, omit_header=True, sort_output=True)
    return _HEADER.encode() + written.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """The catalogue as the web application reads it."""
    catalogue.creation_date = catalogue.revision_date = _NO_DATE
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def compiled() -> bytes:
    """messages.mo as messages.po demands it."""
    return as_mo(stored())


def main() -> int:
    """Updates and compiles; 1 if something has no Chinese yet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(as_po(updated()))
    MO.write_bytes(compiled())
    missing = [message.id for message in stored() if message.id and not _is_translated(message.string)]
    for each in missing:
        print(f"missing: {each}")
    return 1 if missing else 0


def _is_translated(string: str | tuple[str, ...] | list[str]) -> bool:
    return bool(string) if isinstance(string, str) else all(string)


def _found() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    yield from extract_from_dir(
        GATEWAY,
        method_map=_METHODS,
        options_map={"templates/**.html": {"trimmed": "true", "silent": "false"}},
        keywords=_KEYWORDS,
    )


_HEADER = """# Simplified Chinese of the web application. Kept current by `python -m tools.translations`.
msgid ""
msgstr ""
"Project-Id-Version: Dossier Vault\\n"
"Language: zh_Hans_CN\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

if __name__ == "__main__":
    sys.exit(main())
