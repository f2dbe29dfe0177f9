"""What goes into every bundle as it lies in this package: the verifier, and what a bundle is in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

from vault.ledger.bundle.layout import README, README_CHINESE, VERIFIER, Member

_LEFT_OUT = {README: "LEFT-OUT.md", README_CHINESE: "LEFT-OUT.zh-CN.md"}
_PACKAGE = resources.files("vault.ledger.bundle")


def verifier_member() -> Member:
    """The program."""
    return VERIFIER, iter([(_PACKAGE / VERIFIER).read_bytes()])


def readme_members(left_out: int) -> Iterator[Member]:
    """The two texts. Where placements were ``left_out``, a paragraph before the first heading says how many."""
    for name, paragraph in _LEFT_OUT.items():
        yield name, iter([_text(name, paragraph, left_out).encode()])


def _text(name: str, paragraph: str, left_out: int) -> str:
    text = _read(name)
    if not left_out:
        return text
    beginning, heading, rest = text.partition("\n## ")
    return beginning + "\n" + _read(paragraph).format(count=left_out) + heading + rest


def _read(name: str) -> str:
    return (_PACKAGE / "texts" / name).read_text(encoding="utf-8")
