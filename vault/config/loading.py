"""From a TOML file to a :class:`~vault.config.model.Config`, or to the list of everything that is wrong with it.

Each fault names file, key and remedy, and all are found in one run. Relative paths are relative to the file.
"""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
import typing
from pathlib import Path
from typing import Any

import msgspec

from vault.config.checks import check_section
from vault.config.model import Config
from vault.errors import ConfigError


def load_config(path: Path) -> Config:
    """The configuration in ``path``. ConfigError with every fault."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError([f"{path}: no such file; copy config.example.toml and adapt it"]) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError([f"{path}: cannot be read as TOML in UTF-8: {error}"]) from None
    base = path.resolve().parent
    faults = _faults_in(table, base)
    if faults:
        raise ConfigError([f"{path}: {fault}" for fault in faults])
    return msgspec.convert(table, Config, dec_hook=_path_decoder(base))


def _faults_in(table: dict[str, Any], base: Path) -> list[str]:
    """Section by section, so that a wrong type in one does not hide a wrong value in another."""
    faults = _unknown(Config, table, key="")
    for name, field in _options(Config).items():
        found = _look_for(field, table, key=name)
        if name in table and not found:
            found = check_section(msgspec.convert(table[name], field.type, dec_hook=_path_decoder(base)))
        faults += found
    return faults


def _walk(section: type[msgspec.Struct], table: Any, *, key: str) -> list[str]:
    """Looks at every key of a table on its own, so that one fault does not hide the next."""
    if not isinstance(table, dict):
        return [f"{key}: must be a table, written as [{key}]"]
    faults = _unknown(section, table, key=key)
    for name, field in _options(section).items():
        faults += _look_for(field, table, key=f"{key}.{name}")
    return faults


def _unknown(section: type[msgspec.Struct], table: dict[str, Any], *, key: str) -> list[str]:
    faults = []
    known = _options(section)
    for name in sorted(table.keys() - known.keys()):
        near = difflib.get_close_matches(name, known, n=1)
        remedy = f"did you mean {near[0]}?" if near else "remove it"
        faults.append(f"{key}.{name}: unknown option; {remedy}".removeprefix("."))
    return faults


def _look_for(field: msgspec.structs.FieldInfo, table: dict[str, Any], *, key: str) -> list[str]:
    if field.name in table:
        return _look_at(field.type, table[field.name], key=key)
    return [f"{key}: is missing; see config.example.toml"] if field.required else []


def _look_at(kind: Any, value: Any, *, key: str) -> list[str]:
    nested = _section_in(kind)
    if nested is None:
        return _converted(kind, value, key=key)
    names = _names_of_tables(kind)
    if names is not None and isinstance(value, dict):
        return [
            fault
            for name, each in value.items()
            for fault in (_converted(names, name, key=key) or _walk(nested, each, key=f"{key}.{name}"))
        ]
    if isinstance(value, list):
        return [
            fault for number, each in enumerate(value, start=1) for fault in _walk(nested, each, key=f"{key}[{number}]")
        ]
    return _walk(nested, value, key=key)


def _converted(kind: Any, value: Any, *, key: str) -> list[str]:
    try:
        msgspec.convert(value, kind, dec_hook=_path_decoder(Path()))
    except msgspec.ValidationError as error:
        said, _, place = str(error).partition(" - at `$")
        item = re.match(r"\[([0-9]+)\]", place)
        which = f"{key}[{int(item[1]) + 1}]" if item else key
        words = _words(kind)
        return [f"{which}: must be one of {', '.join(words)}" if words else f"{which}: {said[:1].lower()}{said[1:]}"]
    return []


def _words(kind: Any) -> tuple[str, ...]:
    """The words an option takes, if it takes only some."""
    if typing.get_origin(kind) is typing.Annotated:
        return _words(typing.get_args(kind)[0])
    return typing.get_args(kind) if typing.get_origin(kind) is typing.Literal else ()


@functools.cache
def _options(section: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    return {field.name: field for field in msgspec.structs.fields(section)}


def _section_in(kind: Any) -> type[msgspec.Struct] | None:
    """The table type inside an option's type, through Annotated, Optional, tuples and dicts."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    return next((found for inner in typing.get_args(kind) if (found := _section_in(inner))), None)


def _names_of_tables(kind: Any) -> Any:
    """For a table of tables the type of their names, else None."""
    if typing.get_origin(kind) is typing.Annotated:
        return _names_of_tables(typing.get_args(kind)[0])
    return typing.get_args(kind)[0] if typing.get_origin(kind) is dict else None


def _path_decoder(base: Path) -> Any:
    def decode(kind: type, value: Any) -> Any:
        if kind is Path and isinstance(value, str) and value:
            return base / value
        raise ValueError("must be a path")

    return decode
