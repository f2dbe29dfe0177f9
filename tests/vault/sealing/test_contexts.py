"""No two objects share a context."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vault.sealing.contexts import object_context

_ID = st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567\0/", max_size=30)
_PLACE = st.tuples(_ID, _ID, st.integers(1, 2**64 - 1), _ID)


def _encoded(place: tuple[str, str, int, str]) -> bytes:
    dossier_id, document_id, version, part = place
    return object_context(dossier_id=dossier_id, document_id=document_id, version=version, part=part).encode()


def test_context_is_encoded_as_the_specification_shows() -> None:
    """The bytes are fixed for ever."""
    encoded = _encoded(("d1", "f2", 3, "original"))

    expected = b"vault.object.v1\0" + b"\0\2d1" + b"\0\2f2" + b"\0\10" + bytes(7) + b"\3" + b"\0\10original"
    assert encoded == expected


@given(first=_PLACE, second=_PLACE)
def test_different_places_have_different_contexts(
    first: tuple[str, str, int, str], second: tuple[str, str, int, str]
) -> None:
    """Moving characters from one field to its neighbour gives another context."""
    assert (first == second) == (_encoded(first) == _encoded(second))
