"""What the state of a key-encryption key allows, and which state may follow which. Pure tables.

After NIST SP 800-57 part 1 rev. 5, section 7, with two differences: destruction is always scheduled first, and a
suspended key opens nothing. Leaves to others: who may order a change, the waiting time, and the proof that nothing is
wrapped by a key any more. The tables are on docs/spec/keys.md, where a test compares them.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

from keys.errors import KeyStateError
from keys.model import KeyState


class Use(enum.Enum):
    """What a key-encryption key is asked to do. RESEAL opens a key only so that its content gets a new one."""

    WRAP = "wrap"
    UNWRAP = "unwrap"
    RESEAL = "reseal"


USES: Mapping[KeyState, frozenset[Use]] = MappingProxyType(
    {
        KeyState.PRE_ACTIVE: frozenset(),
        KeyState.ACTIVE: frozenset({Use.WRAP, Use.UNWRAP, Use.RESEAL}),
        KeyState.SUSPENDED: frozenset(),
        KeyState.DEACTIVATED: frozenset({Use.UNWRAP, Use.RESEAL}),
        KeyState.COMPROMISED: frozenset({Use.RESEAL}),
        KeyState.DESTROY_SCHEDULED: frozenset(),
        KeyState.DESTROYED: frozenset(),
    }
)

TRANSITIONS: Mapping[KeyState, frozenset[KeyState]] = MappingProxyType(
    {
        KeyState.PRE_ACTIVE: frozenset({KeyState.ACTIVE, KeyState.COMPROMISED, KeyState.DESTROY_SCHEDULED}),
        KeyState.ACTIVE: frozenset({KeyState.SUSPENDED, KeyState.DEACTIVATED, KeyState.COMPROMISED}),
        KeyState.SUSPENDED: frozenset({KeyState.ACTIVE, KeyState.DEACTIVATED, KeyState.COMPROMISED}),
        KeyState.DEACTIVATED: frozenset({KeyState.COMPROMISED, KeyState.DESTROY_SCHEDULED}),
        KeyState.COMPROMISED: frozenset({KeyState.DESTROY_SCHEDULED}),
        KeyState.DESTROY_SCHEDULED: frozenset({KeyState.DEACTIVATED, KeyState.COMPROMISED, KeyState.DESTROYED}),
        KeyState.DESTROYED: frozenset(),
    }
)


def allows(state: KeyState, use: Use) -> bool:
    """Whether a key in this state may be used so."""
    return use in USES[state]


def is_usable(state: KeyState) -> bool:
    """Whether a key in this state may be used at all; other keys are never asked of the root provider."""
    return bool(USES[state])


def check_transition(current: KeyState, following: KeyState) -> None:
    """KeyStateError unless ``following`` may follow ``current``. No state follows itself."""
    if following not in TRANSITIONS[current]:
        raise KeyStateError(f"a key does not go from {current.value} to {following.value}")


def restored_state(scheduled_from: KeyState) -> KeyState:
    """What a key becomes when its scheduled destruction is called off: a compromise is never forgotten thereby."""
    check_transition(scheduled_from, KeyState.DESTROY_SCHEDULED)
    return KeyState.COMPROMISED if scheduled_from is KeyState.COMPROMISED else KeyState.DEACTIVATED
