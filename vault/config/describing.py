"""How an option is described in its type, in both languages, and the base of every table of the file."""

from __future__ import annotations

import msgspec


def said(en: str, zh: str, **bounds: int | float | str) -> msgspec.Meta:
    """Metadata of an option: its two descriptions and its bounds."""
    return msgspec.Meta(description=en, extra_json_schema={"zh": zh}, **bounds)  # type: ignore[call-overload, no-any-return]


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every table of the file."""
