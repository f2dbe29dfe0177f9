"""What every anchor does alike."""

from __future__ import annotations

from tests.vault.anchors.conftest import Anchored
from tests.vault.ledger.trail import ORIGIN

ORIGINS = [ORIGIN, f"{ORIGIN}/2"]


def test_placed_note_has_a_receipt_that_is_good_for_it_alone(anchored: Anchored) -> None:
    """What comes back can be checked later, without the anchor, against the very note."""
    placement = anchored.placement()

    receipt = anchored.anchor.place(placement)

    other = anchored.placement()
    assert receipt.weakness == ""
    assert anchored.anchor.check_receipt(placement.note, receipt.content) == ""
    assert anchored.anchor.check_receipt(other.note, receipt.content) != ""


def test_altered_receipt_is_told(anchored: Anchored) -> None:
    """One flipped bit in the middle."""
    placement = anchored.placement()
    content = bytearray(anchored.anchor.place(placement).content)
    content[len(content) // 2] ^= 1

    assert anchored.anchor.check_receipt(placement.note, bytes(content)) != ""


def test_placing_the_same_note_again_does_no_harm(anchored: Anchored) -> None:
    """A turn whose end was lost is made once more."""
    placement = anchored.placement()
    anchored.anchor.place(placement)

    again = anchored.anchor.place(placement)

    assert anchored.anchor.check_receipt(placement.note, again.content) == ""
    assert {each.note for each in anchored.anchor.held(ORIGINS)} <= {placement.note}


def test_locator_fits_its_column(anchored: Anchored) -> None:
    """At most 300 characters."""
    assert len(anchored.anchor.place(anchored.placement()).locator) <= 300


def test_empty_anchor_holds_nothing(remembering: Anchored) -> None:
    """Nothing was placed: that is no error."""
    assert remembering.anchor.newest(ORIGINS) == []
    assert list(remembering.anchor.held(ORIGINS)) == []


def test_newest_comes_first(remembering: Anchored) -> None:
    """Also past ten: sizes are numbers, not words."""
    placements = [remembering.placement() for _ in range(11)]
    for placement in placements:
        remembering.anchor.place(placement)

    assert remembering.anchor.newest(ORIGINS)[0].note == placements[-1].note


def test_everything_that_was_placed_is_held(remembering: Anchored) -> None:
    """To the letter; a witness keeps the last of each log only, which is all that the protocol asks of it."""
    placements = [remembering.placement() for _ in range(3)]
    for placement in placements:
        remembering.anchor.place(placement)

    notes = {each.note for each in remembering.anchor.held(ORIGINS)}

    is_witness = remembering.anchor.kind.value == "witness"
    assert notes == {each.note for each in (placements[-1:] if is_witness else placements)}
