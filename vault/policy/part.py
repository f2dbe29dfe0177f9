"""What every part of the policy has in common: frozen, closed, and silent about what is left at its default."""

from __future__ import annotations

import msgspec


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every part of the policy."""
