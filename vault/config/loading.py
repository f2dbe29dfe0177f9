"""From a TOML file to a :class:`~vault.config.model.Config`, or to the list of everything that is wrong with it.

Each fault names file, key and remedy, and all are found in one run. Relative paths are relative to the file.
"""

from __future__ import annotations

import difflib
import tomllib
import types
import typing
from pathlib import Path
from typing import Any

import msgspec

from vault.config.checks import check_values
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
    faults: list[str] = []
    _walk(Config, table, key="", faults=faults)
    if not faults:
        config = msgspec.convert(table, Config, dec_hook=_path_decoder(path.resolve().parent))
        faults = check_values(config)
    if faults:
        raise ConfigError([f"{path}: {fault}" for fault in faults])
    return config


def _walk(section: type[msgspec.Struct], table: Any, *, key: str, faults: list[str]) -> None:
    """Looks at every key of a table on its own, so that one fault does not hide the next."""
    if not isinstance(table, dict):
        faults.append(f"{key}: must be a table, written as [{key}]")
        return
    known = {field.name: field for field in msgspec.structs.fields(section)}
    for name in table.keys() - known.keys():
        near = difflib.get_close_matches(name, known, n=1)
        remedy = f"did you mean {near[0]}?" if near else "remove it"
        faults.append(f"{_join(key, name)}: unknown option; {remedy}")
    for name, field in known.items():
        if name in table:
            _look_at(field.type, table[name], key=_join(key, name), faults=faults)
        elif field.required:
            faults.append(f"{_join(key, name)}: is missing; see config.example.toml")


def _look_at(kind: Any, value: Any, *, key: str, faults: list[str]) -> None:
    nested = _section_in(kind)
    if nested is not None and isinstance(value, dict) and not _is_mapping(kind):
        _walk(nested, value, key=key, faults=faults)
    elif nested is not None and isinstance(value, list):
        for number, each in enumerate(value, start=1):
            _walk(nested, each, key=f"{key}[{number}]", faults=faults)
    else:
        try:
            msgspec.convert(value, kind, dec_hook=_path_decoder(Path()))
        except msgspec.ValidationError as error:
            faults.append(f"{key}: {_remedy(error)}")


def _remedy(error: msgspec.ValidationError) -> str:
    text = str(error)
    return text[:1].lower() + text[1:]


def _section_in(kind: Any) -> type[msgspec.Struct] | None:
    """The table type inside an option's type, through Annotated, Optional, tuples and dicts."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    for inner in typing.get_args(kind):
        found = _section_in(inner)
        if found is not None:
            return found
    return None


def _is_mapping(kind: Any) -> bool:
    origin = typing.get_origin(kind)
    if origin in {typing.Annotated, typing.Union, types.UnionType}:
        return any(_is_mapping(inner) for inner in typing.get_args(kind))
    return origin is dict


def _path_decoder(base: Path) -> Any:
    def decode(kind: type, value: Any) -> Any:
        if kind is Path and isinstance(value, str) and value:
            return base / value
        raise ValueError("must be a path")

    return decode


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
