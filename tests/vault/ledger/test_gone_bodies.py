"""Which bodies are gone is told as ranges, however many there are."""

from __future__ import annotations

import pytest

from vault.ledger.gone_bodies import MOST_RANGES, GoneBodies


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ([4], "4"),
        ([1, 2, 3, 7, 9, 10], "1-3,7,9-10"),
        (range(0, 2 * MOST_RANGES, 2), ",".join(str(2 * each) for each in range(MOST_RANGES))),
        ([*range(0, 2 * MOST_RANGES, 2), 99, 100, 200], "0,2,4,6,8,10,12,14 +3"),
    ],
)
def test_places_are_told_as_ranges_and_the_rest_as_a_number(places: list[int], told: str) -> None:
    """In the order they are met; what is behind the first ranges is counted."""
    gone = GoneBodies()
    for place in places:
        gone.add(place)

    assert (str(gone), gone.count) == (told, len(places))
