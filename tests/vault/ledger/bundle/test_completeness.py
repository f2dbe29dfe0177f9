"""What a selection is complete for, what shows it, and that whoever leaves an entry out is found or has to say so."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.vault.ledger.bundle.bundles import (
    Members,
    Outcome,
    fill,
    json_lines,
    key_of,
    members_of,
    restated,
    resummed,
    spelled,
    verified,
)
from tests.vault.ledger.trail import DOCUMENT, LEE, WANG, Trail, opened, suspended
from vault.database.engine import transaction
from vault.database.trail_criteria import SearchCriteria
from vault.ledger.bundle.completeness import closing_entry
from vault.ledger.events import Event

OF_DOCUMENT = SearchCriteria(document=DOCUMENT)
OF_WANG = SearchCriteria(persons=(WANG,))
FIRST_DAY, SECOND_DAY, THIRD_DAY = (dt.datetime(2026, 11, day, tzinfo=dt.UTC) for day in (24, 25, 26))


def counted(trail: Trail, criteria: SearchCriteria) -> tuple[Members, int]:
    """As an export is made: what is there now is selected, the count is closed, both are signed for."""
    below = trail.size()
    entry = closing_entry(criteria)
    assert entry is not None
    closing = trail.append(entry)
    trail.sequence()
    return members_of(trail, criteria, below=below, closing=closing), below


def claim_of(members: Members) -> dict[str, Any]:
    [claim] = json.loads(members["manifest.json"])["complete"]
    return dict(claim)


def check(trail: Trail, directory: Path, members: Members, *arguments: str) -> Outcome:
    return verified(members, directory, key_of(trail), *arguments)


@pytest.mark.parametrize("criteria", [OF_DOCUMENT, OF_WANG], ids=["document", "person"])
def test_counted_selection_is_complete_and_shown_to_be(trail: Trail, tmp_path: Path, criteria: SearchCriteria) -> None:
    """The entry that closes the count stands above, and its number is the one after the last."""
    members, below = counted(fill(trail), criteria)

    claim, [edge] = claim_of(members), json_lines(members["edges.jsonl"])
    assert json.loads(edge["leaf"])["event"] == Event.TRAIL_COUNTED.value
    assert (claim["first"], claim["below"]) == (1, below)
    demand = f"document:{DOCUMENT}" if criteria == OF_DOCUMENT else f"person:{claim['who']}"
    outcome = check(trail, tmp_path, members, "--complete", demand)
    assert outcome.status == 0
    assert "complete.closed" in outcome.notes


def test_closing_entry_is_in_no_selection_that_it_closes(trail: Trail) -> None:
    """It is shown beside, without values, and comes into the next export as any entry does."""
    first, _below = counted(fill(trail), OF_DOCUMENT)
    second, _below = counted(trail, OF_DOCUMENT)

    events = [json.loads(line["leaf"])["event"] for line in json_lines(second["entries/000.jsonl"])]
    assert len(json_lines(first["entries/000.jsonl"])) == 4
    assert events == ["view.opened", "view.keyed", "view.opened", "view.keyed", "trail.counted"]


@pytest.mark.parametrize(("place", "found_at"), [(0, 2), (1, 5), (2, 6), (3, -1)], ids=["first", "", "", "last"])
def test_entry_left_out_of_a_counted_selection_is_found(
    trail: Trail, tmp_path: Path, place: int, found_at: int
) -> None:
    """First, middle and last: the claim stands in the manifest, and re-summing does not help."""
    members, _below = counted(fill(trail), OF_DOCUMENT)
    lines = json_lines(members["entries/000.jsonl"])
    del lines[place]

    outcome = check(trail, tmp_path, resummed(members | {"entries/000.jsonl": spelled(lines)}))
    assert (outcome.status, outcome.check, outcome.index) == (1, "complete.gap", found_at)


def test_last_entry_left_out_with_a_claim_that_fits_is_found_by_the_edge(trail: Trail, tmp_path: Path) -> None:
    """The edge has the number after the true last one, so the shorter claim has no edge."""
    members, _below = counted(fill(trail), OF_DOCUMENT)
    lines = json_lines(members["entries/000.jsonl"])[:-1]
    shorter = restated(members | {"entries/000.jsonl": spelled(lines)}, complete=[claim_of(members) | {"last": 3}])

    outcome = check(trail, tmp_path, shorter)
    assert (outcome.status, outcome.check) == (1, "complete.form")


def test_last_entry_left_out_with_its_edge_makes_an_open_claim(trail: Trail, tmp_path: Path) -> None:
    """Not to be found by numbers: the bundle then says up to which entry and time it reaches, and demands fail."""
    members, _below = counted(fill(trail), OF_DOCUMENT)
    lines = json_lines(members["entries/000.jsonl"])[:-1]
    manifest = json.loads(members["manifest.json"])
    entries = manifest["entries"] | {"count": 3, "last": 5, "digest": _digest(lines)}
    values = {"disclosed": sum(len(each["disclosures"]) for each in lines), "entries_with_hidden_values": 0}
    without_edge = {name: content for name, content in members.items() if name != "edges.jsonl"}
    shorter = restated(
        without_edge | {"entries/000.jsonl": spelled(lines)},
        complete=[claim_of(members) | {"last": 3}],
        entries=entries,
        values=values,
    )

    outcome = check(trail, tmp_path, shorter)
    assert outcome.status == 0
    assert {"complete.open", "manifest.unsigned"} <= outcome.notes
    demanded = check(trail, tmp_path, shorter, "--complete", f"document:{DOCUMENT}")
    assert (demanded.status, demanded.check) == (1, "complete.demanded")


def _digest(lines: list[dict[str, Any]]) -> str:
    digest = hashlib.sha256()
    for each in lines:
        leaf = hashlib.sha256(b"\0" + each["leaf"].encode()).digest()
        digest.update(int(each["index"]).to_bytes(8, "big") + leaf)
    return digest.hexdigest()


@pytest.mark.parametrize(
    ("since", "until", "numbers", "edges"),
    [
        (None, SECOND_DAY, (1, 2), [5]),
        (SECOND_DAY, THIRD_DAY, (3, 4), [2, 8]),
        (SECOND_DAY, None, (3, 4), [2, 8]),
        (THIRD_DAY, None, (5, 4), [6, 8]),
        (None, FIRST_DAY, (1, 0), [1]),
    ],
    ids=["first day", "second day", "second day on", "after", "before"],
)
def test_window_of_a_document_is_bounded_by_its_neighbours(
    trail: Trail,
    tmp_path: Path,
    since: dt.datetime | None,
    until: dt.datetime | None,
    numbers: tuple[int, int],
    edges: list[int],
) -> None:
    """By the entry before and the one after, also where nothing lies between them."""
    fill(trail)
    if until == THIRD_DAY:
        trail.clock.advance(dt.timedelta(days=1))
    members, _below = counted(trail, SearchCriteria(document=DOCUMENT, since=since, until=until))
    expected = [9 if each == 8 and until == THIRD_DAY else each for each in edges]

    claim = claim_of(members)
    assert (claim["first"], claim["last"]) == numbers
    assert [line["index"] for line in json_lines(members["edges.jsonl"])] == expected
    assert "complete.closed" in check(trail, tmp_path, members).notes


@pytest.mark.parametrize(
    ("since", "until", "edges"),
    [(None, SECOND_DAY, [4]), (SECOND_DAY, None, [3]), (THIRD_DAY, None, [7]), (SECOND_DAY, THIRD_DAY, [3])],
    ids=["first day", "second day on", "after", "second day"],
)
def test_window_of_time_is_complete_by_its_indexes(
    filled: Trail, tmp_path: Path, since: dt.datetime | None, until: dt.datetime | None, edges: list[int]
) -> None:
    """A day, whatever it held: no index is missing, the neighbours lie outside, the end of the tree is signed."""
    members = members_of(filled, SearchCriteria(since=since, until=until))

    assert [line["index"] for line in json_lines(members["edges.jsonl"])] == edges
    assert "complete.closed" in check(filled, tmp_path, members).notes
    lines = json_lines(members.get("entries/000.jsonl", b""))
    for place in range(len(lines)):
        fewer = resummed(members | {"entries/000.jsonl": spelled(lines[:place] + lines[place + 1 :])})
        assert check(filled, tmp_path, fewer).status == 1


def test_window_moved_so_that_an_entry_falls_out_is_found_by_its_edge(filled: Trail, tmp_path: Path) -> None:
    """The times of the claim are held against the times of the entries and of the edges."""
    members = members_of(filled, SearchCriteria(since=SECOND_DAY))
    for changes in ({"since": "2026-11-23T00:00:00.000Z"}, {"since": "2026-11-25T09:00:00.001Z"}, {"below": 6}):
        outcome = check(filled, tmp_path, restated(members, complete=[claim_of(members) | changes]))
        assert (outcome.status, outcome.check) == (1, "complete.form")


@pytest.mark.parametrize(
    "criteria",
    [
        SearchCriteria(event="view.opened"),
        SearchCriteria(document=DOCUMENT, outcome="denied"),
        SearchCriteria(document=DOCUMENT, persons=(WANG,)),
        SearchCriteria(persons=(WANG, LEE)),
        SearchCriteria(persons=("p" + "z" * 26,)),
        SearchCriteria(view="w" + "a" * 26),
    ],
    ids=["event", "outcome", "person and document", "two people", "nobody known", "view"],
)
def test_other_selection_claims_nothing_and_needs_no_count(
    filled: Trail, tmp_path: Path, criteria: SearchCriteria
) -> None:
    """Each entry is proven, and the verifier says that it cannot say more."""
    members = members_of(filled, criteria)

    assert json.loads(members["manifest.json"])["complete"] == []
    assert "edges.jsonl" not in members
    assert "complete.none" in check(filled, tmp_path, members).notes
    is_one_person = criteria == SearchCriteria(persons=("p" + "z" * 26,))
    assert (closing_entry(criteria) is None) is not is_one_person


def test_what_others_did_about_a_person_is_shown_and_not_counted(filled: Trail, tmp_path: Path) -> None:
    """Lee was suspended by Wang: in Lee's bundle, without a number of Lee's."""
    members = members_of(filled, SearchCriteria(persons=(LEE,)))

    assert [line["index"] for line in json_lines(members["entries/000.jsonl"])] == [3, 5, 6]
    assert (claim_of(members)["first"], claim_of(members)["last"]) == (1, 2)
    assert "person.subject" in check(filled, tmp_path, members).notes


def test_many_entries_of_others_do_not_hide_a_persons_own(trail: Trail, tmp_path: Path) -> None:
    """The neighbour is looked for beyond a batch of entries that are about them and not theirs."""
    fill(trail)
    with transaction(trail.engine) as tx:
        for _ in range(230):
            trail.recorder.append(tx, suspended(LEE, by=WANG))
    trail.sequence()
    trail.clock.advance(dt.timedelta(days=1))
    trail.append(opened(LEE))
    trail.sequence()

    members = members_of(trail, SearchCriteria(persons=(LEE,), since=THIRD_DAY))
    assert (claim_of(members)["first"], claim_of(members)["last"]) == (3, 3)
    assert [line["index"] for line in json_lines(members["edges.jsonl"])] == [6]
    assert check(trail, tmp_path, members).status == 0
