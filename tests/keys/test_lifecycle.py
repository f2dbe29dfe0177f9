"""States of key-encryption keys: the tables in the code are the tables of the page."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from keys.errors import KeyStateError
from keys.lifecycle import TRANSITIONS, USES, Use, allows, check_transition, is_usable, restored_state
from keys.model import KeyState

PAGE = Path(__file__).parents[2] / "docs" / "spec" / "keys.md"


def _rows(heading: str) -> dict[str, tuple[list[str], list[str]]]:
    """``| `state` | `word`, `word` |`` rows of the table under a heading."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `([a-z_]+)` \|([^|]*)\|([^|]*)\|", section, flags=re.MULTILINE)
    words = re.compile(r"`([a-z_]+)`")
    return {state: (words.findall(uses), words.findall(following)) for state, uses, following in rows}


def test_page_has_the_tables_of_the_code() -> None:
    """The documented uses and successors of every state are the ones in force."""
    in_force = {
        state.value: (
            [use.value for use in Use if allows(state, use)],
            [following.value for following in KeyState if following in TRANSITIONS[state]],
        )
        for state in KeyState
    }
    assert _rows("States") == in_force


@pytest.mark.parametrize(("current", "following"), list(product(KeyState, KeyState)))
def test_change_outside_the_table_is_refused(current: KeyState, following: KeyState) -> None:
    """Exactly the changes of the table are legal."""
    if following in TRANSITIONS[current]:
        check_transition(current, following)
    else:
        with pytest.raises(KeyStateError):
            check_transition(current, following)


def test_tables_cover_every_state() -> None:
    """A new state has its rows."""
    assert set(TRANSITIONS) == set(USES) == set(KeyState)


def test_only_the_active_state_wraps() -> None:
    """Nothing new is wrapped by a key that is on its way out."""
    assert [state for state in KeyState if allows(state, Use.WRAP)] == [KeyState.ACTIVE]


def test_destroyed_is_the_end_and_reached_by_waiting_only() -> None:
    """No key comes back from destruction, and none is destroyed without having been scheduled."""
    assert TRANSITIONS[KeyState.DESTROYED] == frozenset()
    before = [state for state in KeyState if KeyState.DESTROYED in TRANSITIONS[state]]
    assert before == [KeyState.DESTROY_SCHEDULED]
    assert not is_usable(KeyState.DESTROYED)


def test_compromised_key_never_works_normally_again() -> None:
    """From a compromise every path leads to states without wrapping; called-off destruction remembers it."""
    assert restored_state(KeyState.COMPROMISED) is KeyState.COMPROMISED
    assert not allows(KeyState.COMPROMISED, Use.UNWRAP)


@pytest.mark.parametrize("state", [KeyState.PRE_ACTIVE, KeyState.DEACTIVATED])
def test_called_off_destruction_leaves_a_key_that_only_unwraps(state: KeyState) -> None:
    """A restored key does not wrap again."""
    assert restored_state(state) is KeyState.DEACTIVATED


@pytest.mark.parametrize("state", [KeyState.ACTIVE, KeyState.DESTROYED])
def test_restoring_what_could_not_be_scheduled_is_refused(state: KeyState) -> None:
    """A state that no scheduled key came from is an error."""
    with pytest.raises(KeyStateError):
        restored_state(state)
