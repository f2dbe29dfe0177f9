"""The same damage is the same finding each time, another one at its place is another, and none hides a later one."""

from __future__ import annotations

import pytest

from tests.vault.ledger.trail import LEE, WANG, Trail, finished, keyed, opened, suspended, words
from vault.database.engine import reading
from vault.ledger.audit import Audit
from vault.ledger.audit_facts import Finding, evidence_of
from vault.ledger.audit_report import VerificationReport
from vault.ledger.tree import leaf_hash, node_hash
from vault.ledger.verified_state import VerifiedState


def digests(trail: Trail) -> list[str]:
    """Of all that is found now."""
    return [each.digest for each in trail.audit().findings]


def go_on(trail: Trail) -> None:
    """Work goes on over the damage: enough entries that the tree grows a level, each signed for."""
    for _number in range(9):
        trail.append(suspended(WANG, by=LEE))
        trail.sequence()


def alter(trail: Trail, position: int, *, with_hash: bool = False, up: int = 0) -> None:
    """Another reason code in a leaf; with its hash, and that many levels of the nodes above it."""
    leaves = trail.leaves()
    leaf = leaves[position].leaf.replace(b'"outcome":"success"', b'"outcome":"denied"')
    trail.execute("UPDATE trail_leaves SET leaf = :leaf WHERE position = :at", leaf=leaf, at=position)
    if not with_hash:
        return
    digest = leaf_hash(leaf)
    trail.execute("UPDATE trail_leaves SET hash = :hash WHERE position = :at", hash=digest, at=position)
    for level in range(1, up + 1):
        assert level == 1, "one level is enough here"
        neighbour = leaves[position ^ 1].hash
        pair = node_hash(digest, neighbour) if position % 2 == 0 else node_hash(neighbour, digest)
        node = {"hash": pair, "at": position >> 1}
        trail.execute("UPDATE trail_nodes SET hash = :hash WHERE level = 1 AND position = :at", **node)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM trail_leaves WHERE position = 3",
        "DELETE FROM trail_leaves WHERE position BETWEEN 2 AND 4",
        "UPDATE trail_leaves SET leaf = x'7b7d' WHERE position = 3",
        "UPDATE trail_leaves SET hash = zeroblob(32) WHERE position = 9",
        "UPDATE trail_nodes SET hash = zeroblob(32) WHERE level = 2 AND position = 0",
        "UPDATE trail_search SET outcome = 'denied' WHERE position = 4",
        "DELETE FROM trail_disclosures WHERE part = 'actor'",
        "UPDATE trail_counters SET last = last + 1 WHERE kind = 'd'",
        "UPDATE trail_checkpoints SET note = replace(note, '10', '11')",
    ],
)
def test_damage_is_the_same_finding_however_long_the_trail_goes_on(filled: Trail, statement: str) -> None:
    """So what was acknowledged once stays acknowledged, and nothing that is sound becomes a finding by it."""
    go_on(filled)
    assert filled.execute(statement)
    before = digests(filled)
    go_on(filled)

    assert before
    assert digests(filled) == before


@pytest.mark.parametrize("up", [0, 1])
def test_leaf_altered_with_its_hash_is_found_where_the_tree_contradicts_it(filled: Trail, up: int) -> None:
    """One place, whatever lies above."""
    alter(filled, 4, with_hash=True, up=up)
    go_on(filled)

    tree = [each for each in filled.audit().findings if each.check.startswith("tree.")]
    assert [(each.check, each.position) for each in tree] == [("tree.node", 5 if up == 0 else 7)]


@pytest.mark.parametrize("with_hash", [False, True])
def test_later_damage_is_found_behind_an_older_one(filled: Trail, with_hash: bool) -> None:
    """Whoever counts on a damage that everybody knows of is found all the same: beside it, behind it and before it."""
    go_on(filled)
    filled.execute("DELETE FROM trail_leaves WHERE position = 3")
    filled.execute("UPDATE trail_leaves SET leaf = x'7b7d' WHERE position = 10")
    known = set(digests(filled))
    for position in (1, 5, 11, 14):
        alter(filled, position, with_hash=with_hash)
        grown = set(digests(filled))
        assert grown - known, position
        known |= grown


def test_another_damage_at_the_same_place_is_another_finding(filled: Trail) -> None:
    """Check and index are the same, the digest is not."""
    filled.execute("UPDATE trail_leaves SET leaf = x'7b7d' WHERE position = 3")
    first = filled.audit().findings
    filled.execute("UPDATE trail_leaves SET leaf = x'7b207d' WHERE position = 3")
    second = filled.audit().findings

    places = [{(each.check, each.position) for each in found} for found in (first, second)]
    assert ("leaf.hash", 3) in places[0] & places[1]
    of_hash = [next(each.digest for each in found if each.check == "leaf.hash") for found in (first, second)]
    assert of_hash[0] != of_hash[1]


def test_gap_too_wide_to_be_bridged_is_never_whole(filled: Trail) -> None:
    """Hashes behind it are not checked, so nobody may be told that nothing new was found."""
    filled.execute("UPDATE trail_leaves SET position = 5000 WHERE position = 9")
    report = filled.audit()

    assert "leaf.missing" in words(report)
    assert not report.is_whole


def one(trail: Trail, check: str) -> str:
    """The digest of the one finding of this check."""
    [found] = [each for each in trail.audit().findings if each.check == check]
    return found.digest


@pytest.mark.parametrize(
    ("check", "damage", "other"),
    [
        (
            "epoch.unrecorded",
            "UPDATE trail_epochs SET from_size = 7",
            "UPDATE trail_epochs SET from_size = 3",
        ),
        (
            "epoch.unrecorded",
            "UPDATE trail_epochs SET origin = 'trail.example/a'",
            "UPDATE trail_epochs SET origin = 'trail.example/b'",
        ),
        (
            "head.origin",
            "UPDATE trail_head SET origin = 'trail.example/a'",
            "UPDATE trail_head SET origin = 'trail.example/b'",
        ),
        (
            "leaf.canonical",
            "UPDATE trail_leaves SET leaf = x'7b' WHERE position = 3",
            "DELETE FROM trail_disclosures WHERE entry_id = (SELECT entry_id FROM trail_leaves WHERE position = 3)",
        ),
        (
            "leaf.canonical",
            "UPDATE trail_leaves SET leaf = x'7b' WHERE position = 3",
            "UPDATE trail_search SET actor_id = 'nobody' WHERE position = 3",
        ),
        (
            "search.differs",
            "UPDATE trail_leaves SET leaf = x'7b7d' WHERE position = 3",
            "UPDATE trail_search SET actor_id = 'nobody' WHERE position = 3",
        ),
        (
            "value.missing",
            "DELETE FROM trail_disclosures WHERE entry_id = (SELECT entry_id FROM trail_leaves WHERE position = 3)",
            "UPDATE trail_search SET actor_id = 'nobody' WHERE position = 3",
        ),
    ],
)
def test_what_is_damaged_there_later_is_another_finding(filled: Trail, check: str, damage: str, other: str) -> None:
    """Also where nothing but the finding looks at it any more."""
    filled.execute(damage)
    before = one(filled, check)
    assert one(filled, check) == before
    filled.execute(other)

    assert one(filled, check) != before


def test_another_hole_in_what_waits_is_another_finding(filled: Trail) -> None:
    """An entry that nobody misses is not taken out under cover of one whose loss is known."""
    intent = filled.append(opened(WANG))
    filled.append(keyed(intent, WANG))
    filled.append(suspended(LEE, by=WANG))
    take_from_inbox(filled, 0)
    before = digests(filled)
    filled.append(suspended(WANG, by=LEE))
    filled.append(suspended(WANG, by=LEE))
    assert digests(filled) == before
    take_from_inbox(filled, 2)

    assert len(before) == 1
    assert len(set(digests(filled)) - set(before)) == 1


def take_from_inbox(trail: Trail, number: int) -> None:
    """Of those that wait, the one so many behind the first."""
    statement = "DELETE FROM trail_inbox WHERE id = (SELECT id FROM trail_inbox ORDER BY id LIMIT 1 OFFSET :number)"
    assert trail.execute(statement, number=number) == 1


def test_each_erased_month_that_no_entry_tells_of_is_a_finding_of_its_own(trail: Trail) -> None:
    """Two that are missed at one entry are two, and neither stands for the other."""
    trail.append(suspended(LEE, by=WANG))
    trail.sequence()
    trail.execute("DELETE FROM trail_periods")
    found = [each for each in trail.audit().findings if each.check == "value.erased_unrecorded"]

    assert len({each.position for each in found}) == 1
    assert len({each.digest for each in found}) == len(found) == 2


def audited_from(trail: Trail, state: VerifiedState) -> VerificationReport:
    audit = Audit(reading_key=trail.reading_key, start=state)
    with reading(trail.engine) as tx:
        audit.begin(tx)
    return finished(trail, audit)


def test_verification_that_ended_early_is_never_whole(filled: Trail) -> None:
    """Whoever had that acknowledged would have everything behind it acknowledged for ever."""
    state = filled.audit().verified
    assert state is not None
    stored = {}
    for other in ("zeroblob(32)", "randomblob(32)"):
        filled.execute(f"UPDATE trail_nodes SET hash = {other} WHERE level = 1 AND position = 4")
        report = audited_from(filled, state)
        [stored[other]] = [each.digest for each in report.findings if each.check == "frontier.differs"]
        assert not report.is_whole
    assert len(set(stored.values())) == 2
    filled.execute("UPDATE trail_head SET size = 5")
    cut_off = audited_from(filled, state)
    assert (words(cut_off), cut_off.is_whole) == ({"frontier.beyond_end"}, False)
    filled.execute("DELETE FROM trail_head")
    no_head = filled.audit()
    assert (words(no_head), no_head.is_whole) == ({"head.missing"}, False)


def test_digest_is_spelled_as_the_specification_says() -> None:
    """docs/spec/trail.md, "Findings": whoever has the four parts computes it."""
    finding = Finding("leaf.hash", 3, "ä", evidence_of("e", b"\x01", None, 7))

    assert finding.evidence == "4b6030d65abd0bc0b203f6e17ca06093dea1d99c2e4bbdbfcf94d6426b3113e1"
    assert finding.digest == "a19a227c1cd6ae85632f2a42c3ed0e1eb204034a1dbce9aee8308db253490342"
