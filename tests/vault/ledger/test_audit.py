"""The audit finds a busy trail sound, and whatever is not as it must be under its stable word, without ever failing."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace

import pytest
import sqlalchemy as sa

from keys.primitives import BoxSeries, SigningKey
from tests.company import PASSWORD, REASON, Company
from tests.vault.ledger.trail import LEE, ORIGIN, WANG, Trail, keyed, nobody, opened, sealed_key, suspended, words
from vault.access.ending import end_view
from vault.access.opening import open_view
from vault.clock import FixedClock
from vault.database import ledger_reading
from vault.database.engine import reading, transaction
from vault.database.ledger_walking import SealedPart
from vault.errors import NotFound
from vault.ledger.audit_whole import INTENT_GRACE
from vault.ledger.checkpoint import Checkpoint, sign_checkpoint
from vault.ledger.entry import Entry
from vault.ledger.events import RESULT_FOLLOWS, Event, Outcome
from vault.ledger.values import disclosure_context, series_context
from vault.model import EntryId, PersonId
from vault.trail.verifying import verify_trail


def test_trail_that_has_just_begun_is_sound(any_trail: Trail) -> None:
    """One leaf, nothing signed yet."""
    report = any_trail.audit()

    assert report.findings == ()
    assert (report.size, report.checkpoint_size, report.unsigned) == (1, 0, 1)


def test_filled_trail_is_sound_with_and_without_the_reading_key(filled: Trail) -> None:
    """The report says how far it goes and how far it is signed."""
    for sealed in (False, True):
        report = filled.audit(sealed=sealed)

        assert report.findings == ()
        assert (report.size, report.checkpoint_size, report.unsigned, report.waiting) == (10, 10, 0, 0)


def test_what_waits_and_what_is_unsigned_is_counted_and_no_fault(filled: Trail) -> None:
    """A worker a second behind, or a sealed vault, is not a broken trail."""
    filled.signing_key = sealed_key
    filled.append(suspended(LEE, by=WANG))
    filled.sequence()
    filled.append(suspended(LEE, by=WANG))

    report = filled.audit()
    assert report.findings == ()
    assert (report.size, report.unsigned, report.waiting) == (11, 1, 1)


def test_checkpoints_kept_outside_are_compared(filled: Trail) -> None:
    """Every earlier note of this log is a beginning of it."""
    with reading(filled.engine) as tx:
        notes = tuple(ledger_reading.all_checkpoints(tx))

    assert len(notes) > 1
    assert filled.audit(known=notes).findings == ()


@pytest.mark.parametrize(
    ("size", "origin", "check"),
    [
        (5, ORIGIN, "checkpoint.root"),
        (11, ORIGIN, "checkpoint.beyond_end"),
        (5, "other.example/vault", "checkpoint.signature"),
        (0, ORIGIN, "checkpoint.signature"),
    ],
    ids=["another history", "cut off since", "another log", "before any epoch"],
)
def test_checkpoint_from_outside_that_does_not_fit_is_found(filled: Trail, size: int, origin: str, check: str) -> None:
    """What the log once signed and does not hold any more."""
    note = sign_checkpoint(Checkpoint(origin, size, os.urandom(32)), filled.signing)

    assert words(filled.audit(known=(note,))) == {check}


def test_note_that_is_none_is_found(filled: Trail) -> None:
    """A file given as a checkpoint that is something else must not pass silently."""
    assert words(filled.audit(known=("hello",))) == {"checkpoint.signature"}


def test_key_put_in_beside_the_trail_is_found(filled: Trail) -> None:
    """An epoch that no leaf names was not begun by the log."""
    own = SigningKey.generate(os.urandom)
    with transaction(filled.engine) as tx:
        tx.exec_driver_sql("INSERT INTO trail_epochs VALUES (2, ?, 9, 0, ?)", (own.public, ORIGIN))
    note = sign_checkpoint(Checkpoint(ORIGIN, 9, os.urandom(32)), own)

    assert "epoch.unrecorded" in words(filled.audit(known=(note,)))


def test_exchanged_key_is_found_by_the_first_leaf(filled: Trail) -> None:
    """Leaf 0 says which key signs; another in the table does not fit it."""
    filled.execute("UPDATE trail_epochs SET public = :public", public=os.urandom(32))

    assert {"epoch.unrecorded", "checkpoint.signature"} <= words(filled.audit())


def test_renamed_log_is_found(filled: Trail) -> None:
    """The first leaf says what the log is called."""
    filled.execute("UPDATE trail_head SET origin = 'other.example/vault'")

    assert words(filled.audit()) == {"head.origin"}

    filled.execute("UPDATE trail_epochs SET origin = 'other.example/vault'")

    assert {"head.origin", "epoch.unrecorded", "checkpoint.signature"} <= words(filled.audit())


def test_values_taken_away_are_found_while_sealed(filled: Trail) -> None:
    """Without the reading key it is still seen that a leaf's values are not there, or were erased unrecorded."""
    filled.execute(
        "DELETE FROM trail_disclosures WHERE entry_id = (SELECT entry_id FROM trail_leaves WHERE position=1)"
    )
    filled.execute("DELETE FROM trail_periods WHERE person_id = :person", person=LEE)

    assert words(filled.audit(sealed=True)) == {"value.missing", "value.erased_unrecorded"}


def _erased(trail: Trail, person: PersonId, month: str) -> str:
    """The person's period, whose key is destroyed and whose erasure is on record."""
    with trail.engine.connect() as connection:
        query = sa.text("SELECT id FROM trail_periods WHERE person_id = :person AND month = :month")
        period = str(connection.execute(query, {"person": person, "month": month}).scalar_one())
    trail.execute("DELETE FROM trail_periods WHERE id = :period", period=period)
    details: dict[str, str | int] = {"period": period, "month": month}
    trail.append(Entry(Event.TRAIL_ERASED, Outcome.SUCCESS, details=details))
    trail.sequence()
    return period


def _point(trail: Trail, position: int, part: str, period: str) -> None:
    entry_id = trail.leaves()[position].entry_id
    changed = "UPDATE trail_disclosures SET period_id = :period WHERE entry_id = :entry AND part = :part"
    assert trail.execute(changed, period=period, entry=entry_id, part=part) == 1


@pytest.mark.parametrize("position", [3, 4, 9])
def test_values_hidden_in_the_erased_month_of_another_are_found(filled: Trail, position: int) -> None:
    """Nobody takes an entry of theirs for erased that is another's; in whatever segments it is looked at."""
    period = _erased(filled, WANG, "2026-11")
    assert filled.audit().findings == ()
    _point(filled, position, "actor", period)

    assert "value.misplaced" in words(filled.audit())
    assert "value.misplaced" in words(filled.audit(sealed=True))


def test_values_hidden_in_another_erased_month_are_found(filled: Trail) -> None:
    """By the month that the entry about the erasure names, also where no other entry of that month is left."""
    filled.clock.advance(dt.timedelta(days=40))
    filled.append(nobody())
    filled.append(opened(WANG))
    filled.sequence()
    position = filled.size() - 1
    filled.append(keyed(EntryId(filled.leaves()[position].entry_id)))
    filled.sequence()
    period = _erased(filled, WANG, "2026-11")
    assert filled.audit().findings == ()

    _point(filled, position, "actor", period)
    assert "value.misplaced" in words(filled.audit())
    for number in range(position):
        filled.execute(
            "DELETE FROM trail_disclosures WHERE period_id = :period AND entry_id = :entry",
            period=period,
            entry=filled.leaves()[number].entry_id,
        )
    assert "value.misplaced" in words(filled.audit())


def test_part_about_another_does_not_stand_for_the_actor(filled: Trail) -> None:
    """Exchanging the names of the two parts hides neither of them."""
    period = _erased(filled, WANG, "2026-11")
    entry = filled.leaves()[9].entry_id
    _point(filled, 9, "actor", period)
    for was, becomes in (("actor", "z"), ("subject", "actor"), ("z", "subject")):
        filled.execute(
            "UPDATE trail_disclosures SET part = :new WHERE entry_id = :entry AND part = :old",
            new=becomes,
            old=was,
            entry=entry,
        )

    assert "value.misplaced" in words(filled.audit())


def _of_one_part(trail: Trail, person: PersonId) -> tuple[int, SealedPart]:
    """An entry of the person's that is about nobody else: its position, and what is sealed of it."""
    for leaf in trail.leaves():
        parts = trail.sealed(leaf.entry_id)
        period = trail.period(parts[0][2]) if len(parts) == 1 else None
        if period is not None and period.person_id == person and parts[0][1] == "actor":
            return leaf.position, parts[0]
    raise LookupError(person)


def _sealed_anew(trail: Trail, part: SealedPart, content: bytes) -> None:
    """By its public key, which lies in the database."""
    entry_id, name, period_id, _values = part
    period = trail.period(period_id)
    assert period is not None
    series = BoxSeries(period.public, context=series_context(period.id), random=os.urandom)
    values = series.seal(content, context=disclosure_context(entry_id, period.id), random=os.urandom)
    change = "UPDATE trail_disclosures SET sealed = :values WHERE entry_id = :entry AND part = :part"
    trail.execute(change, values=values, entry=entry_id, part=name)


def _about_somebody_erased(trail: Trail, part: SealedPart, period: str) -> None:
    trail.execute(
        "INSERT INTO trail_disclosures (entry_id, part, period_id, sealed) "
        "VALUES (:entry, 'subject', :period, :values)",
        entry=part[0],
        period=period,
        values=b"gone",
    )


def test_emptied_part_beside_one_that_is_erased_hides_nothing(filled: Trail) -> None:
    """Who it was, where and why are not taken for what was said of somebody whose month is gone."""
    period = _erased(filled, WANG, "2026-11")
    position, part = _of_one_part(filled, LEE)
    session = next(
        text
        for (name, _value), text in zip(filled.open_part(part).said, filled.open_part(part).texts, strict=True)
        if name == "session"
    )
    _about_somebody_erased(filled, part, period)
    filled.execute("UPDATE trail_search SET actor_id = '' WHERE position = :position", position=position)

    for content, found in ((b"[]", "value.altered"), (b'["' + session + b'"]', "value.missing")):
        _sealed_anew(filled, part, content)
        assert found in words(filled.audit())


def test_entry_is_not_about_somebody_erased_whom_it_does_not_name(filled: Trail) -> None:
    """Each part has its digests in the leaf, also one that nobody can open any more."""
    period = _erased(filled, WANG, "2026-11")
    position, part = _of_one_part(filled, LEE)
    _about_somebody_erased(filled, part, period)
    filled.execute("UPDATE trail_search SET subject_id = 'somebody' WHERE position = :position", position=position)

    assert {"value.not_committed", "search.differs"} & words(filled.audit()) == {"value.not_committed"}
    assert words(filled.audit(sealed=True)) == set()  # which opens nothing, and says so


@pytest.mark.parametrize("name", ["witness", "z"])
def test_part_of_another_name_is_found(filled: Trail, name: str) -> None:
    """A recorder makes two."""
    _position, part = _of_one_part(filled, LEE)
    filled.execute("UPDATE trail_disclosures SET part = :name WHERE entry_id = :entry", name=name, entry=part[0])

    assert words(filled.audit()) == words(filled.audit(sealed=True)) == {"value.altered"}


def test_head_that_is_ahead_by_as_much_is_the_same_finding(filled: Trail) -> None:
    """Or somebody's answer for it would be void with the next entry."""
    filled.execute("UPDATE trail_head SET day_from = day_from + 1")
    [first] = filled.audit().findings
    filled.clock.advance(dt.timedelta(minutes=1))
    filled.append(opened(LEE))
    filled.sequence()

    assert first.check == "head.time"
    assert [each.digest for each in filled.audit().findings if each.check == "head.time"] == [first.digest]


def test_recorded_erasure_is_sound_and_counted(filled: Trail) -> None:
    """Erasing a person's month is an event itself, which names the period; every proof stays good."""
    period_id = filled.sealed(filled.leaves()[1].entry_id)[0][2]
    with transaction(filled.engine) as tx:
        tx.exec_driver_sql("DELETE FROM trail_periods WHERE id = ?", (period_id,))
        filled.recorder.append(tx, Entry(Event.TRAIL_ERASED, Outcome.SUCCESS, actor=LEE, details={"period": period_id}))
    filled.sequence()

    report = filled.audit()
    assert report.findings == ()
    assert report.erased == 6


def test_intent_without_result_is_found_after_the_grace(trail: Trail) -> None:
    """A key that was to be unwrapped and of which nothing was heard since."""
    trail.append(opened())
    trail.sequence()
    assert trail.audit().findings == ()

    trail.clock.advance(INTENT_GRACE + dt.timedelta(milliseconds=1))

    (finding,) = trail.audit().findings
    assert (finding.check, finding.position) == ("intent.unanswered", 1)


@pytest.mark.parametrize("event", [Event.VIEW_KEYED, Event.VIEW_FAILED], ids=lambda event: event.value)
def test_intent_is_answered_by_either_result(trail: Trail, event: Event) -> None:
    """Keyed or failed, both say how it ended."""
    intent = trail.append(opened())
    trail.append(Entry(event, Outcome.SUCCESS, actor=WANG, intent=intent))
    trail.sequence()
    trail.clock.advance(INTENT_GRACE * 2)

    assert trail.audit().findings == ()


def test_copy_that_no_release_waits_for_is_found(trail: Trail) -> None:
    """Delivered without one, or a second time; in whatever segments it is looked at."""
    trail.append(keyed(trail.append(opened())))
    intent = trail.append(Entry(Event.COPY_RELEASED, Outcome.SUCCESS, actor=WANG, details=dict(RESULT_FOLLOWS)))
    delivered = Entry(Event.COPY_DELIVERED, Outcome.SUCCESS, actor=WANG, intent=intent)
    trail.append(delivered)
    trail.sequence()
    assert [trail.audit_in_segments(size).findings for size in (1, 2)] == [trail.audit().findings] * 2 == [()] * 2

    trail.append(delivered)
    trail.append(replace(delivered, intent=None))
    trail.sequence()
    for report in (trail.audit(), trail.audit_in_segments(1), trail.audit_in_segments(2)):
        assert [(each.check, each.position) for each in report.findings] == [
            ("intent.unasked", 5),
            ("intent.unasked", 6),
        ]


def test_result_of_another_kind_answers_nothing(trail: Trail) -> None:
    """A copy that failed closes no view, a view no release; in whatever segments it is looked at."""
    view = trail.append(opened())
    release = trail.append(Entry(Event.COPY_RELEASED, Outcome.SUCCESS, actor=WANG, details=dict(RESULT_FOLLOWS)))
    trail.append(Entry(Event.COPY_FAILED, Outcome.SUCCESS, actor=WANG, intent=view))
    trail.append(Entry(Event.COPY_DELIVERED, Outcome.SUCCESS, actor=WANG, intent=view))
    trail.append(keyed(release))
    trail.sequence()
    trail.clock.advance(INTENT_GRACE * 2)

    expected = [("intent.mismatched", 3), ("intent.mismatched", 4), ("intent.mismatched", 5)]
    expected += [("intent.unanswered", 1), ("intent.unanswered", 2)]
    for report in (trail.audit(), trail.audit_in_segments(1), trail.audit_in_segments(2)):
        assert [(each.check, each.position) for each in report.findings] == expected


def test_intent_is_not_answered_by_another_event(trail: Trail) -> None:
    """An entry that merely names the intent answers nothing."""
    intent = trail.append(opened())
    trail.append(Entry(Event.VIEW_ENDED, Outcome.SUCCESS, actor=WANG, intent=intent))
    trail.sequence()
    trail.clock.advance(INTENT_GRACE * 2)

    assert words(trail.audit()) == {"intent.unanswered"}


def test_lost_inbox_row_is_found(trail: Trail) -> None:
    """An entry that vanished before it had a place leaves a hole in its lane."""
    trail.append(suspended(LEE, by=WANG))
    lost = trail.append(suspended(LEE, by=WANG))
    trail.append(suspended(LEE, by=WANG))
    trail.execute("DELETE FROM trail_inbox WHERE entry_id = :lost", lost=lost)

    assert words(trail.audit()) == {"counter.nseq"}
    trail.sequence()
    assert "counter.nseq" in words(trail.audit())


def test_lost_newest_inbox_row_is_found(trail: Trail) -> None:
    """Also the last one: the lane has given out a number that nothing bears."""
    trail.append(suspended(LEE, by=WANG))
    lost = trail.append(suspended(LEE, by=WANG))
    trail.execute("DELETE FROM trail_inbox WHERE entry_id = :lost", lost=lost)

    assert words(trail.audit()) == {"counter.nseq_last"}


def test_altered_inbox_row_is_found(trail: Trail) -> None:
    """A draft that is no canonical leaf could never be placed."""
    trail.append(suspended(LEE, by=WANG))
    trail.execute("UPDATE trail_inbox SET draft = x'7b7d20'")

    assert "inbox.canonical" in words(trail.audit())


def test_findings_are_bounded(trail: Trail) -> None:
    """A ruined trail of any length is reported in bounded memory."""
    with transaction(trail.engine) as tx:
        for _ in range(600):
            trail.recorder.append(tx, nobody())
    trail.sequence()
    trail.execute("UPDATE trail_leaves SET hash = zeroblob(32)")
    trail.execute("UPDATE trail_search SET outcome = ''")

    assert len(trail.audit().findings) == 1000


def test_trail_that_grows_during_the_audit_is_sound(any_trail: Trail) -> None:
    """The audit sees one state of the database, however much is recorded and sequenced meanwhile."""
    for _ in range(3):
        any_trail.append(suspended(LEE, by=WANG))
    any_trail.sequence()

    def go_on(_done: int, _total: int) -> None:
        any_trail.append(suspended(LEE, by=WANG))
        any_trail.sequence()
        any_trail.append(suspended(LEE, by=WANG))

    report = any_trail.audit(progress=go_on)
    assert report.findings == ()
    assert (report.size, report.waiting) == (4, 0)
    assert any_trail.audit().size == 5


def test_trail_of_a_busy_company_is_sound(company: Company, clock: FixedClock) -> None:
    """Views, denials, filing, refusals, sealing and days: every use case leaves a trail that verifies."""
    for login in ("borrower", "other"):
        person = company.signed_in(login)
        view = open_view(
            company.vault,
            person,
            document_id=company.document_id,
            reason=REASON,
            declared_place="",
            idempotency_key=login,
        )
        end_view(company.vault, person, view_id=view.view_id)
    with pytest.raises(NotFound):
        company.submit("stranger", b"not theirs to file\n")
    company.submit("author", b"a submission\n")
    company.convert_all()
    company.vault.seal()
    company.signed_in("auditor")
    company.sequence()
    clock.advance(dt.timedelta(days=2))
    company.vault.keyroom.unseal()
    company.signed_in("borrower")
    company.sequence()

    report = verify_trail(company.vault, company.at_keyboard("auditor"))

    assert report.findings == ()
    assert report.unsigned == 0
    assert report.size > 60
    assert PASSWORD not in str(report)
