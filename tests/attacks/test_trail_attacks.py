"""The attack table of the trail (docs/spec/trail.md, "Attacks"): each row by the database and by the bundle's verifier.

The database is checked by what `trail verify` does; a stranger has the bundle, the log's pinned key and, where the row
says so, a checkpoint that was kept before.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from keys.primitives import SigningKey
from tests.attacks.bending import rewrite_database
from tests.repository.sources import ROOT
from tests.vault.ledger.bundle.bundles import Members, Outcome, fill, json_lines, key_of, members_of, verified
from tests.vault.ledger.bundle.forging import Forgery, Leaf
from tests.vault.ledger.trail import DOCUMENT, LEE, ORIGIN, WANG, Trail, keyed, new_trail, nobody, opened, words
from vault.database.trail_criteria import SearchCriteria
from vault.ledger.bundle.completeness import closing_entry
from vault.ledger.checkpoint import handover_text
from vault.ledger.entry import Entry
from vault.ledger.events import Event
from vault.ledger.events import Outcome as EntryOutcome

TABLE = ROOT / "docs/spec/trail.md"


@pytest.fixture
def trail(empty_trail: Path, tmp_path: Path) -> Trail:
    shutil.copy(empty_trail, tmp_path / "vault.db")
    return fill(new_trail(f"sqlite:///{tmp_path / 'vault.db'}", is_migrated=True))


@pytest.fixture(scope="module")
def empty_trail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the vault's tables and nothing in them."""
    path = tmp_path_factory.mktemp("empty") / "vault.db"
    trail = new_trail(f"sqlite:///{path}")
    with trail.engine.begin() as tx:
        for table in ("trail_head", "trail_epochs", "trail_leaves", "trail_search"):
            tx.exec_driver_sql(f"DELETE FROM {table}")
    trail.engine.dispose()
    return path


@dataclass
class Stranger:
    """Whoever gets the bundle, with the pinned key and perhaps a checkpoint from before."""

    directory: Path
    key: str

    def checks(self, members: Members, *, kept: str = "", demand: str = "") -> Outcome:
        arguments = ["--complete", demand] if demand else []
        if kept:
            (self.directory / "kept").write_text(kept)
            arguments += ["--from", str(self.directory / "kept")]
        return verified(members, self.directory, self.key, *arguments)


@pytest.fixture
def stranger(trail: Trail, tmp_path: Path) -> Stranger:
    return Stranger(tmp_path, key_of(trail))


Change = Callable[[list[Leaf]], list[Leaf]]


def rewritten(trail: Trail, change: Change, *, key: SigningKey | None = None) -> Members:
    """The bundle of a history that somebody wrote who makes every number and hash fit, signed by ``key``."""
    leaves = made_to_fit(change([dict(leaf) for leaf in trail.facts()]))
    return Forgery(leaves, key or trail.signing, ORIGIN).members()


def made_to_fit(leaves: list[Leaf]) -> list[Leaf]:
    """Every counter dense again, and each day closed with what lies in it."""
    counters: dict[tuple[str, str], int] = {}
    for place, leaf in enumerate(leaves):
        leaf["index"] = place
        for name, owner in (("nseq", "lane"), ("dseq", "document"), ("useq", "who")):
            if name in leaf:
                counters[name, leaf[owner]] = leaf[name] = counters.get((name, leaf[owner]), 0) + 1
        if leaf["event"] == "day.close":
            leaf["details"] = {**leaf["details"], "count": place - leaf["details"]["from"]}
    return leaves


def rewrite_in_place(trail: Trail, change: Change) -> None:
    """The same history in the database itself, with tree, head, index and counters; checkpoints beyond it are gone."""
    rewrite_database(trail.engine, lambda leaves: made_to_fit(change(leaves)))


def without_a_view(leaves: list[Leaf]) -> list[Leaf]:
    """The first view with its result, so that no intent stays open."""
    return [leaf for leaf in leaves if leaf["index"] not in {1, 2}]


def test_edit(trail: Trail, stranger: Stranger) -> None:
    """A leaf is changed where it lies: its hash, the tree, every checkpoint since."""
    members = members_of(trail)
    lines = json_lines(members["entries/000.jsonl"])
    bent = lines[3]["leaf"].replace('"outcome":"success"', '"outcome":"denied"')
    trail.execute("UPDATE trail_leaves SET leaf = :bent WHERE position = 3", bent=bent.encode())

    assert "leaf.hash" in words(trail.audit())
    assert stranger.checks(members_of(trail)).check == "root.differs"


def test_delete(trail: Trail, stranger: Stranger) -> None:
    """A placed leaf is gone: no bundle of it is made, and a history without it has another root."""
    kept = trail.newest_checkpoint()
    shorter = rewritten(trail, without_a_view)
    trail.execute("DELETE FROM trail_leaves WHERE position = 3")

    assert "leaf.missing" in words(trail.audit())
    assert stranger.checks(shorter, kept=kept).check in {"earlier.differs", "earlier.beyond"}


def test_swap(trail: Trail, stranger: Stranger) -> None:
    """Two leaves change places: each says its own index."""
    members = members_of(trail)
    leaves = json_lines(members["entries/000.jsonl"])
    for place, other in ((5, 6), (6, 5)):
        content = leaves[other]["leaf"].encode()
        trail.execute("UPDATE trail_leaves SET leaf = :leaf WHERE position = :place", leaf=content, place=place)

    assert "leaf.identity" in words(trail.audit())
    assert stranger.checks(members_of(trail)).check == "leaf.place"


def test_cut(trail: Trail, stranger: Stranger) -> None:
    """The newest entries never were: sound from inside, shorter than what was kept outside."""
    kept = trail.newest_checkpoint()
    cut = rewritten(trail, lambda leaves: leaves[:4])

    rewrite_in_place(trail, lambda leaves: leaves[:4])

    assert trail.audit().is_sound
    assert words(trail.audit(known=(kept,))) == {"checkpoint.beyond_end"}
    assert stranger.checks(cut).status == 0
    assert stranger.checks(cut, kept=kept).check == "earlier.beyond"


def test_replayed_checkpoint(trail: Trail, stranger: Stranger) -> None:
    """A bundle from before what the stranger already knows: honest once, and too old now. In the database an old note
    under the newest one's size is none of it."""
    old, note = members_of(trail), trail.newest_checkpoint()
    trail.append(keyed(trail.append(opened())))
    trail.sequence()
    kept = trail.newest_checkpoint()
    trail.execute("UPDATE trail_checkpoints SET note = :note WHERE size = :size", note=note, size=trail.size())

    assert words(trail.audit()) == {"checkpoint.root"}
    assert stranger.checks(old, kept=kept).check == "earlier.beyond"


def test_signed_with_a_key_of_their_own(trail: Trail, stranger: Stranger) -> None:
    """Whoever writes the database can sign, but not with the pinned key."""
    own = SigningKey.generate(trail.random)

    forged = rewritten(trail, without_a_view, key=own)
    rewrite_in_place(trail, without_a_view)
    trail.append(nobody())
    trail.signing_key = lambda: own
    trail.sequence()

    assert "checkpoint.signature" in words(trail.audit())
    assert stranger.checks(forged).check == "checkpoint.signature"


def test_signed_with_the_stolen_key_without_anything_kept(trail: Trail, stranger: Stranger) -> None:
    """Not found, and cannot be: such a history is as good as the true one. This is what anchors are for."""
    outcome = stranger.checks(rewritten(trail, without_a_view), demand="trail")

    assert outcome.status == 0
    assert "anchors.none" in outcome.notes


def test_signed_with_the_stolen_key_after_a_checkpoint_was_kept(trail: Trail, stranger: Stranger) -> None:
    """With one note that the thief cannot take back, everything up to its size is fixed."""
    kept = trail.newest_checkpoint()

    assert stranger.checks(rewritten(trail, without_a_view), kept=kept).status == 1
    assert trail.audit(known=(kept,)).is_sound


def test_back_dated(trail: Trail, stranger: Stranger) -> None:
    """The order is signed: an entry cannot be logged before the one that it follows, nor happen after it was logged."""

    def earlier(leaves: list[Leaf]) -> list[Leaf]:
        leaves[6] |= {"logged": "2026-11-24T08:00:00.000Z", "time": "2026-11-24T08:00:00.000Z"}
        return leaves

    forged = rewritten(trail, earlier)
    rewrite_in_place(trail, earlier)

    assert "leaf.back_dated" in words(trail.audit())
    assert stranger.checks(forged).check == "time.back_dated"


def test_split_view(trail: Trail, stranger: Stranger) -> None:
    """Two histories of one size under one key: whoever holds a checkpoint of the one refuses the other."""

    def other(leaves: list[Leaf]) -> list[Leaf]:
        leaves[7] |= {"outcome": "failed"}
        return leaves

    kept, forged = trail.newest_checkpoint(), rewritten(trail, other)
    rewrite_in_place(trail, other)

    assert trail.audit().is_sound
    assert words(trail.audit(known=(kept,))) == {"checkpoint.root"}
    assert stranger.checks(forged, kept=kept).check == "earlier.differs"


@pytest.mark.parametrize("place", [0, 1, 3], ids=["first", "middle", "last"])
@pytest.mark.parametrize("by", ["document", "person", "day"])
def test_omitted_from_a_filtered_export(trail: Trail, stranger: Stranger, by: str, place: int) -> None:
    """Taken out of the search index before the export: the numbers in the leaves and the edges have a hole."""
    trail.append(keyed(trail.append(opened(WANG)), WANG))
    trail.sequence()
    if by == "day":  # that is over: the next one begins with its closing
        trail.clock.advance(dt.timedelta(days=1))
        trail.append(nobody())
        trail.sequence()
    day = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    criteria = {
        "document": SearchCriteria(document=DOCUMENT),
        "person": SearchCriteria(persons=(WANG,)),
        "day": SearchCriteria(since=day, until=day + dt.timedelta(days=1)),
    }[by]
    below, closing = trail.size(), ""
    if (entry := closing_entry(criteria)) is not None:
        closing = trail.append(entry)
    trail.sequence()
    lines = json_lines(members_of(trail, criteria, below=below, closing=closing)["entries/000.jsonl"])
    omitted = lines[place if place < 3 else -1]["index"]
    trail.execute("DELETE FROM trail_search WHERE position = :place", place=omitted)

    assert "search.missing" in words(trail.audit())
    demand = {"document": f"document:{DOCUMENT}", "person": f"person:{handle(trail)}", "day": ""}[by]
    outcome = stranger.checks(members_of(trail, criteria, below=below, closing=closing), demand=demand)
    assert outcome.status == 1
    assert outcome.check in {"complete.edge", "complete.gap", "complete.form"}


def test_last_of_a_day_that_is_not_over_is_left_out(trail: Trail, stranger: Stranger) -> None:
    """Nothing follows it, so no number is missing yet: the bundle says up to where it is complete. The closing of the
    day makes a hole of it; in the database it is one at once."""
    day = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    criteria = SearchCriteria(since=day, until=day + dt.timedelta(days=1))
    trail.execute("DELETE FROM trail_search WHERE position = :place", place=trail.size() - 1)

    assert "search.missing" in words(trail.audit())
    meanwhile = stranger.checks(members_of(trail, criteria))
    assert (meanwhile.status, "complete.open" in meanwhile.notes) == (0, True)
    trail.clock.advance(dt.timedelta(days=1))
    trail.append(nobody())
    trail.sequence()
    assert stranger.checks(members_of(trail, criteria)).check == "complete.form"


def handle(trail: Trail) -> str:
    """Under which leaves name Wang."""
    return str(trail.facts()[1]["who"])


def test_disclosed_value_altered(trail: Trail, stranger: Stranger) -> None:
    """Another reason than was given does not hash to what the leaf commits to."""
    members = members_of(trail)
    lines = json_lines(members["entries/000.jsonl"])
    forgery = Forgery([dict(leaf) for leaf in trail.facts()], trail.signing, ORIGIN)
    forgery.disclosures = {json.loads(lines[1]["leaf"])["id"]: lines[5]["disclosures"]}

    assert stranger.checks(forgery.members()).check == "value.digest"
    trail.execute("UPDATE trail_disclosures SET sealed = x'00' WHERE part = 'actor'")
    assert "value.altered" in words(trail.audit())


def test_wrong_epoch(trail: Trail, stranger: Stranger) -> None:
    """A checkpoint by a key whose time it is not."""
    trail.execute("UPDATE trail_epochs SET from_size = 100")

    assert words(trail.audit()) & {"checkpoint.signature", "checkpoint.epoch", "epoch.unrecorded"}
    assert stranger.checks(rewritten(trail, lambda leaves: leaves, key=SigningKey.generate(trail.random))).status == 1


def rotate(
    trail: Trail, new: SigningKey, *, handed_over_by: SigningKey | None, epoch: int = 2, begins: int = 0
) -> None:
    """A rotation as whoever holds the database can write it: row, entry and what is signed from then on."""
    public = base64.b64encode(new.public).decode("ascii")
    begins = begins or trail.size() + 1
    details: dict[str, str | int] = {"epoch": epoch, "key": public, "from": begins}
    if handed_over_by is not None:
        text = handover_text(ORIGIN, epoch=epoch, public=new.public)
        details["handover"] = base64.b64encode(handed_over_by.sign(text)).decode("ascii")
    values = {"number": epoch, "public": new.public, "begins": begins, "origin": ORIGIN}
    trail.execute("INSERT INTO trail_epochs VALUES (:number, :public, :begins, 0, :origin)", **values)
    trail.append(Entry(Event.TRAIL_KEY_ROTATED, EntryOutcome.SUCCESS, details=details))
    trail.signing, trail.signing_key = new, lambda: new
    trail.sequence()


def test_rotation_to_a_key_of_their_own(trail: Trail, stranger: Stranger) -> None:
    """Whoever holds the database has a rotation recorded, with a handover that the old key never signed."""
    theirs = SigningKey.generate(trail.random)
    rotate(trail, theirs, handed_over_by=theirs)

    assert words(trail.audit()) == {"epoch.handover"}
    assert stranger.checks(members_of(trail)).check == "key.handover"


def test_rotation_without_a_handover(trail: Trail, stranger: Stranger) -> None:
    """As after the loss of a key: the database's audit says so, a stranger with the old key refuses."""
    theirs = SigningKey.generate(trail.random)
    rotate(trail, theirs, handed_over_by=None)

    report = trail.audit()
    assert (words(report), report.unvouched) == (set(), (2,))
    assert stranger.checks(members_of(trail)).check == "key.handover"


@pytest.mark.parametrize(
    ("change", "check"), [({"begins": 1}, "epoch.from"), ({"begins": 100}, "epoch.from"), ({"epoch": 3}, "epoch.order")]
)
def test_rotation_out_of_its_turn(trail: Trail, change: dict[str, int], check: str) -> None:
    """A key that claims to have signed before it was there, or skips an epoch, though the old key agreed."""
    rotate(trail, SigningKey.generate(trail.random), handed_over_by=trail.signing, **change)

    assert check in words(trail.audit())


def test_rotation_dated_otherwise_in_the_table_than_in_the_leaf(trail: Trail) -> None:
    """From which size a key signs is what its leaf says; a right rotation is sound."""
    rotate(trail, SigningKey.generate(trail.random), handed_over_by=trail.signing)
    assert (trail.audit().findings, trail.audit().unvouched) == ((), ())

    trail.execute("UPDATE trail_epochs SET from_size = from_size - 1 WHERE number = 2")
    assert "epoch.unrecorded" in words(trail.audit())


def test_missing_epoch(trail: Trail, stranger: Stranger) -> None:
    """A key that no leaf names, or a leaf that names it left out."""
    forgery = Forgery([dict(leaf) for leaf in trail.facts()], trail.signing, ORIGIN, named=lambda _leaves: [])
    trail.execute("DELETE FROM trail_epochs")

    assert "epoch.unrecorded" in words(trail.audit())
    assert stranger.checks(forgery.members()).status == 1


def test_inbox_row_removed(trail: Trail, stranger: Stranger) -> None:
    """An act's entry is taken out before it has a place: the next one of its lane has a number too high."""
    trail.append(nobody())
    trail.append(nobody())
    trail.execute("DELETE FROM trail_inbox WHERE id = (SELECT min(id) FROM trail_inbox)")
    trail.sequence()

    assert "counter.nseq" in words(trail.audit())
    outcome = stranger.checks(members_of(trail))
    assert (outcome.check, outcome.index) == ("counter.nseq", 8)


def test_older_database_restored(trail: Trail, stranger: Stranger, tmp_path: Path) -> None:
    """A sound trail that ends before what was kept, and goes on differently from there."""
    path = str(trail.engine.url.database)
    trail.engine.dispose()
    shutil.copy(path, tmp_path / "backup.db")
    trail.append(keyed(trail.append(opened(LEE)), LEE))
    trail.sequence()
    kept = trail.newest_checkpoint()
    trail.engine.dispose()
    for leftover in ("-wal", "-shm"):
        Path(path + leftover).unlink(missing_ok=True)
    shutil.copy(tmp_path / "backup.db", path)

    assert trail.audit().is_sound
    assert "checkpoint.beyond_end" in words(trail.audit(known=(kept,)))
    assert stranger.checks(members_of(trail), kept=kept).check == "earlier.beyond"
    for _ in range(4):
        trail.append(nobody())
    trail.sequence()
    assert stranger.checks(members_of(trail), kept=kept).status == 1


def rows_of_the_table() -> list[tuple[str, list[str]]]:
    """Each attack with the tests that its row names."""
    section = TABLE.read_text(encoding="utf-8").split("## Attacks\n")[1].split("\n## ")[0]
    rows = [row for row in section.splitlines() if row.startswith("| ") and "`test" in row]
    return [
        (row.split("|")[1].strip(), re.findall(r"`((?:test_\w+)|(?:tests/[\w/]+\.py::test_\w+))`", row)) for row in rows
    ]


def test_every_row_of_the_table_names_tests_that_exist() -> None:
    """The table says nothing that is not shown."""
    rows = rows_of_the_table()
    for attack, tests in rows:
        assert tests, attack
        for name in tests:
            path, _, function = name.rpartition("::")
            source = (ROOT / path if path else Path(__file__)).read_text(encoding="utf-8")
            assert f"def {function}(" in source, f"{attack}: {name}"
    assert len(rows) >= 15


def test_every_attack_here_has_its_row() -> None:
    """And nothing is shown that the table keeps to itself."""
    named = {name for _attack, tests in rows_of_the_table() for name in tests}
    here = set(re.findall(r"^def (test_\w+)\(", Path(__file__).read_text(encoding="utf-8"), flags=re.MULTILINE))

    assert {name for name in here if not name.startswith("test_every_")} <= named
