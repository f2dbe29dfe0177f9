"""The project's own source files, and what each of them imports and reaches for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAYERS = ("keys", "vault", "gateway")  # from the bottom up


@dataclass(frozen=True, slots=True)
class Use:
    """A name that a file uses, written out in full: ``time.monotonic`` however it was imported."""

    path: str  # relative to the root of the repository
    line: int
    name: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.name}"


def source_files(root: Path = ROOT) -> list[Path]:
    """Every Python file that is installed."""
    return [path for layer in LAYERS for path in sorted((root / layer).rglob("*.py"))]


def imports(root: Path = ROOT) -> list[Use]:
    """Everything imported in installed files, also inside functions, as module or ``module.name``."""
    return [use for path in source_files(root) for use in _imports_of(path, path.relative_to(root).as_posix())]


def attributes(root: Path = ROOT) -> list[Use]:
    """Every imported name in use in installed files, with its attributes: ``os.environ.get`` for ``environ.get``."""
    return [use for path in source_files(root) for use in _attributes_of(path, path.relative_to(root).as_posix())]


def _imports_of(path: Path, relative: str) -> Iterator[Use]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Use(relative, node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield Use(relative, node.lineno, "." * node.level + (node.module or ""))
            for alias in node.names:
                yield Use(relative, node.lineno, f"{node.module}.{alias.name}")


def _attributes_of(path: Path, relative: str) -> Iterator[Use]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    known = _names_imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            name = _dotted(node)
            head, dot, rest = (name or "").partition(".")
            if head in known:
                yield Use(relative, node.lineno, f"{known[head]}{dot}{rest}")


def _names_imported(tree: ast.AST) -> dict[str, str]:
    """What each imported name stands for: ``{"dt": "datetime", "monotonic": "time.monotonic"}``."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]  # what ``import os.path`` binds
                known[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom):
            known.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return known


def _dotted(node: ast.expr) -> str | None:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner, attr=name):
            head = _dotted(inner)
            return None if head is None else f"{head}.{name}"
    return None
