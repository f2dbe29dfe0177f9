"""The parts in which the values of an entry are sealed: which names stand in which, for who records and who checks.

A part is sealed to one person and month, so all that is in it goes when that month is erased: the actor's holds what
the actor did, the subject's only whom the entry is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ACTOR, SUBJECT, SESSION, PLACE, REASON = "actor", "subject", "session", "place", "reason"

PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType({ACTOR: (ACTOR, SESSION, PLACE, REASON), SUBJECT: (SUBJECT,)})
"""By part what it can disclose, in the order in which it is sealed; absent is what an entry has none of."""
PEOPLE = frozenset({ACTOR, SUBJECT})
"""The values that are a person's id."""
