"""One bundle after another: the next must go on from what was verified before, and counters go on with it."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

import pytest

from tests.vault.ledger.bundle.bundles import Outcome, fill, key_of, members_of, verified
from tests.vault.ledger.trail import DOCUMENT, LEE, ORIGIN, Trail, keyed, opened
from vault.database.trail_criteria import SearchCriteria
from vault.ledger.checkpoint import Checkpoint, sign_checkpoint

THIRD_DAY = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)


def grow(trail: Trail) -> None:
    """A third day with a view and its result."""
    trail.clock.advance(dt.timedelta(days=1))
    trail.append(keyed(trail.append(opened(LEE)), LEE))
    trail.sequence()


def receipt_of(trail: Trail, directory: Path, criteria: SearchCriteria | None = None, *arguments: str) -> Path:
    """The receipt of a verification of everything, or of a selection, as it is now."""
    path = directory / f"receipt{len(list(directory.iterdir()))}"
    members = members_of(trail, criteria) if criteria else members_of(trail)
    outcome = verified(members, directory, key_of(trail), "--receipt", str(path), *arguments)
    assert outcome.status == 0
    return path


def check(trail: Trail, directory: Path, earlier: Path, criteria: SearchCriteria | None = None) -> Outcome:
    members = members_of(trail, criteria) if criteria else members_of(trail)
    return verified(members, directory, key_of(trail), "--from", str(earlier))


@pytest.mark.parametrize(
    "criteria",
    [None, SearchCriteria(document=DOCUMENT), SearchCriteria(since=THIRD_DAY)],
    ids=["whole", "document", "since"],
)
def test_next_bundle_goes_on_from_the_receipt(trail: Trail, tmp_path: Path, criteria: SearchCriteria | None) -> None:
    """Its tree contains the one that was verified, whatever is selected."""
    receipt = receipt_of(fill(trail), tmp_path)
    grow(trail)

    outcome = check(trail, tmp_path, receipt, criteria)
    assert outcome.status == 0
    assert "earlier.shown" in outcome.notes


def test_month_after_month_is_as_good_as_all_at_once(trail: Trail, tmp_path: Path) -> None:
    """The next days alone, from the receipt on: counters, days and intents continue, and the next receipt is whole."""
    first = receipt_of(fill(trail), tmp_path)
    grow(trail)
    later = SearchCriteria(since=THIRD_DAY)
    second = receipt_of(trail, tmp_path, later, "--from", str(first))

    assert json.loads(second.read_text()) == json.loads(receipt_of(trail, tmp_path).read_text())
    outcome = check(trail, tmp_path, first, later)
    assert "earlier.counted" in outcome.notes


def test_hole_between_two_bundles_is_found_by_the_receipts_counters(trail: Trail, tmp_path: Path) -> None:
    """The receipt knows the numbers that come next."""
    receipt = receipt_of(fill(trail), tmp_path)
    grow(trail)
    content = json.loads(receipt.read_text())
    content["state"]["counters"]["dseq"][DOCUMENT] -= 1
    receipt.write_text(json.dumps(content))

    outcome = check(trail, tmp_path, receipt, SearchCriteria(since=THIRD_DAY))
    assert (outcome.status, outcome.check) == (1, "counter.dseq")


def test_checkpoint_kept_elsewhere_is_as_good_as_a_receipt(trail: Trail, tmp_path: Path) -> None:
    """The signed note itself, as anybody can keep it."""
    kept = tmp_path / "kept"
    kept.write_text(fill(trail).newest_checkpoint())
    grow(trail)

    assert check(trail, tmp_path, kept).status == 0
    assert check(trail, tmp_path, kept, SearchCriteria(document=DOCUMENT)).status == 0


def test_older_state_shown_again_is_refused(trail: Trail, tmp_path: Path) -> None:
    """Replay: a bundle made against an old checkpoint, sound in itself, after newer entries were verified."""
    fill(trail)
    old = members_of(trail)
    grow(trail)
    receipt = receipt_of(trail, tmp_path)

    outcome = verified(old, tmp_path, key_of(trail), "--from", str(receipt))
    assert (outcome.status, outcome.check) == (1, "earlier.beyond")
    assert verified(old, tmp_path, key_of(trail)).status == 0


@pytest.mark.parametrize("criteria", [None, SearchCriteria(document=DOCUMENT)], ids=["whole", "document"])
def test_other_history_of_the_same_size_is_refused(
    trail: Trail, tmp_path: Path, criteria: SearchCriteria | None
) -> None:
    """Split view: somebody holds a checkpoint that this log's key has signed over another tree."""
    size = fill(trail).size()
    kept = tmp_path / "kept"
    kept.write_text(sign_checkpoint(Checkpoint(ORIGIN, size, os.urandom(32)), trail.signing))
    grow(trail)

    outcome = check(trail, tmp_path, kept, criteria)
    assert (outcome.status, outcome.check) == (1, "earlier.differs")


def test_size_that_the_bundle_says_nothing_of_is_not_taken_for_good(trail: Trail, tmp_path: Path) -> None:
    """A selection shows how it goes on from checkpoints that are in it; from no other."""
    size = fill(trail).size() - 1
    kept = tmp_path / "kept"
    kept.write_text(sign_checkpoint(Checkpoint(ORIGIN, size, os.urandom(32)), trail.signing))

    outcome = check(trail, tmp_path, kept, SearchCriteria(document=DOCUMENT))
    assert (outcome.status, outcome.check) == (1, "earlier.not_shown")
    assert check(trail, tmp_path, kept).check == "earlier.differs"


def test_kept_checkpoint_of_another_key_or_log_is_refused(filled: Trail, tmp_path: Path) -> None:
    """What was kept is held to the same keys."""
    kept = tmp_path / "kept"
    kept.write_text(filled.newest_checkpoint().replace(ORIGIN, "other.example/vault"))
    assert check(filled, tmp_path, kept).check == "checkpoint.origin"
    kept.write_text(filled.newest_checkpoint().replace("\n8\n", "\n7\n"))
    assert check(filled, tmp_path, kept).check == "checkpoint.signature"


@pytest.mark.parametrize(
    "content",
    ["", "{}", "{", '{"format":"x"}', "[]", "7", "not a note"],
)
def test_file_that_is_neither_receipt_nor_checkpoint_is_unusable(filled: Trail, tmp_path: Path, content: str) -> None:
    """Exit status 2 where an argument is no receipt; a text that might be a note is refused as one."""
    path = tmp_path / "earlier"
    path.write_text(content)

    assert check(filled, tmp_path, path).status == (2 if content.startswith("{") else 1)
    assert check(filled, tmp_path, tmp_path / "absent").status == 2


@pytest.mark.parametrize(
    "change",
    [
        {"state": 7},
        {"state": {}},
        {"state": {"edge": ["x"]}},
        {"root": "AAAA"},
        {"size": "many"},
        {"version": 2},
    ],
    ids=str,
)
def test_damaged_receipt_is_no_ground_for_anything(filled: Trail, tmp_path: Path, change: dict[str, object]) -> None:
    """Never sound: unusable, or another history."""
    path = receipt_of(filled, tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))

    assert check(filled, tmp_path, path).status in {1, 2}


def test_receipt_never_overwrites_a_file(filled: Trail, tmp_path: Path) -> None:
    """The earlier one may be the only one."""
    path = receipt_of(filled, tmp_path)

    assert verified(members_of(filled), tmp_path, key_of(filled), "--receipt", str(path)).status == 2
