"""Four readers agree: the vault's audit, its check of exports, the second reader, the verifier of bundles."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.second_reader.trail_reader import Refused, check_counters, check_export
from tests.vault.ledger.bundle.bundles import Members, fill, key_of, members_of, resummed, verified
from tests.vault.ledger.trail import ORIGIN, Trail, keyed, new_trail, opened, words
from vault.database.trail_criteria import SearchCriteria
from vault.errors import TamperError
from vault.ledger.bundle.layout import line
from vault.ledger.export import ExportRefused, verify_export

ANY_VIEW = SearchCriteria(event="view.opened")


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[Trail]:
    trail = fill(new_trail(f"sqlite:///{tmp_path}/vault.db"))
    yield trail
    trail.engine.dispose()


def as_export(members: Members, key: str) -> list[bytes]:
    """The entries of a bundle as the export that they are lines of."""
    lines = members["entries/000.jsonl"].splitlines(keepends=True)
    return [*lines, line({"checkpoint": members["checkpoint"].decode(), "key": key})]


def test_all_four_find_an_honest_trail_sound(trail: Trail, tmp_path: Path) -> None:
    """The whole by audit and verifier, each of its entries by the two that check exports."""
    assert trail.audit().findings == ()
    assert verified(members_of(trail), tmp_path, key_of(trail), "--complete", "trail").status == 0
    lines = as_export(members_of(trail, ANY_VIEW), key_of(trail))
    assert verify_export(lines, origin=ORIGIN, public=trail.signing.public) == 2
    assert len(check_export(b"".join(lines), key_of(trail))) == 2
    everything = as_export(members_of(trail, SearchCriteria(since=trail.clock.now().replace(year=2020))), key_of(trail))
    assert check_counters(check_export(b"".join(everything), key_of(trail))) == []


def test_line_of_a_bundle_altered_anywhere_is_refused_by_all_three(trail: Trail, tmp_path: Path) -> None:
    """Never by one and not by another: each reads the same line."""
    members = members_of(trail, ANY_VIEW)
    content = members["entries/000.jsonl"]
    for place in range(0, len(content) - 1, 23):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 7
        altered = members | {"entries/000.jsonl": bytes(changed)}
        assert verified(resummed(altered), tmp_path, key_of(trail)).status == 1, place
        with contextlib.suppress(UnicodeDecodeError):
            lines = as_export(altered, key_of(trail))
            with pytest.raises(ExportRefused):
                verify_export(lines, origin=ORIGIN, public=trail.signing.public)
            with pytest.raises((Refused, ValueError)):
                check_export(b"".join(lines), key_of(trail))


@pytest.mark.parametrize(
    ("damage", "by_audit", "by_verifier"),
    [
        (
            "UPDATE trail_leaves SET leaf = CAST(replace(leaf, 'success', 'failed') AS BLOB) WHERE position = 2",
            "leaf.hash",
            "root.differs",
        ),
        ("DELETE FROM trail_leaves WHERE position = 2", "leaf.missing", "not made"),
        ("UPDATE trail_nodes SET hash = zeroblob(32) WHERE level = 2 AND position = 1", "tree.node", "entry.proof"),
        ("UPDATE trail_leaves SET hash = zeroblob(32) WHERE position = 2", "leaf.hash", "tile.differs"),
        ("UPDATE trail_disclosures SET part = 'x' WHERE part = 'subject'", "", ""),
    ],
)
def test_damage_that_the_audit_finds_is_in_no_bundle_that_verifies(
    trail: Trail, tmp_path: Path, damage: str, by_audit: str, by_verifier: str
) -> None:
    """Either no bundle is made of it, or the one that is made is refused; what harms nobody is found by neither."""
    assert trail.execute(damage)

    assert (by_audit in words(trail.audit())) == bool(by_audit)
    try:
        found = verified(members_of(trail), tmp_path, key_of(trail)).check
    except TamperError:
        found = "not made"
    assert found == by_verifier


def test_intent_without_result_is_found_by_audit_and_verifier_alike(trail: Trail, tmp_path: Path) -> None:
    """After the same grace, and not before."""
    trail.append(opened())
    trail.sequence()
    assert verified(members_of(trail), tmp_path, key_of(trail)).status == 0
    trail.clock.advance(trail.clock.now() - trail.clock.now().replace(hour=8))
    trail.append(keyed(trail.append(opened())))
    trail.sequence()

    assert words(trail.audit()) == {"intent.unanswered"}
    assert verified(members_of(trail), tmp_path, key_of(trail)).check == "intent.unanswered"
