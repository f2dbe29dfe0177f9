"""What may happen inside keys only, and what keys may not reach for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("keys", "vault", "gateway", "tools", "benchmarks")


def _sources(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def _names_called(source: str) -> Iterator[str]:
    """Attributes that are used in any way, so that ``take = secret.reveal`` counts as well."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            yield node.attr
        if isinstance(node, ast.Constant) and node.value == "reveal":
            yield "reveal"


def _imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_secrets_are_revealed_in_keys_only() -> None:
    """No code outside keys takes the bytes out of a Secret."""
    outside = [path for path in _sources(*PACKAGES) if path.relative_to(ROOT).parts[0] != "keys"]
    found = [path for path in outside if {"reveal", "_material"} & set(_names_called(path.read_text(encoding="utf-8")))]
    assert found == []


@pytest.mark.parametrize("source", ["secret.reveal()", "take = secret.reveal", "getattr(secret, 'reveal')()"])
def test_planted_reveal_is_found(source: str) -> None:
    """The search above finds what it is for."""
    assert "reveal" in set(_names_called(source))


def test_ciphers_are_called_in_primitives_only() -> None:
    """Within keys, only the primitives import the cryptography package."""
    users = [
        path
        for path in _sources("keys")
        if any(name.startswith("cryptography") for name in _imports(path.read_text(encoding="utf-8")))
    ]
    assert users
    assert {path.parent for path in users} == {ROOT / "keys" / "primitives"}


def test_keys_imports_nothing_above_it() -> None:
    """Keys knows no vault and no gateway, and takes time, randomness and settings as arguments."""
    forbidden = {"vault", "gateway", "time", "datetime", "random", "secrets", "sqlalchemy", "flask"}
    found = {
        (path.name, name)
        for path in _sources("keys")
        for name in _imports(path.read_text(encoding="utf-8"))
        if name.split(".")[0] in forbidden
    }
    assert found == set()
