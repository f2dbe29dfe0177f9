"""Every event can be told in both languages, and tells who did what, where and why."""

from __future__ import annotations

import ast
import datetime as dt
import itertools
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway import labels
from gateway.event_labels import FAMILY_LABELS
from gateway.event_sentences import reason_words, short_id, tell_entry
from gateway.event_table import TELLINGS, Telling
from gateway.sentence_table import Sentence
from vault.access.closing import EndCause
from vault.ledger.events import RESULT_FOLLOWS, Event, Outcome
from vault.model import Classification, Duty, Place, PlaceSource, Reason, ReasonCategory
from vault.trail.rows import TrailRow

ROOT = Path(__file__).parents[2]
NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
WORDS = {
    ReasonCategory.OFFER: "Offer",
    Duty.BORROWER: "Borrower",
    Classification.SECRET: "Secret",
}
ROW = TrailRow(
    index=7,
    event=Event.VIEW_OPENED,
    outcome=Outcome.SUCCESS,
    time=NOON,
    logged=NOON,
    actor_id="p" + "a" * 26,
    actor_name="王晓明",
    actor_staff_number="N-2001",
    subject_id="p" + "b" * 26,
    subject_name="Alice Moreau",
    subject_staff_number="N-1001",
    dossier_id="d" + "a" * 26,
    dossier_reference="D2026-00007",
    document_id="f" + "a" * 26,
    view_id="w" + "a" * 26,
    place=Place("10.1.2.3", PlaceSource.ZONE, zone="Head office"),
    reason=Reason(ReasonCategory.OFFER, "Preparing the offer", "CRM-1"),
    details={"number": 2, "allowed": 3, "lease_seconds": 900},
)


def tell(row: TrailRow, locale: str = "en") -> str:
    return tell_entry(row, locale=locale, words=lambda value: WORDS.get(value, value.value))  # type: ignore[call-overload, no-any-return]


def sentences(telling: Telling) -> Iterator[Sentence]:
    yield from (each for each in (telling.done, telling.tried, telling.failed, telling.nobody) if each)
    yield from telling.variants.values()


@pytest.mark.parametrize("event", Event, ids=lambda event: event.value)
def test_every_event_has_sentences_and_words(event: Event) -> None:
    """A new event without them fails here."""
    assert event in TELLINGS
    assert event in labels.LABELS
    assert event.value.partition(".")[0] in FAMILY_LABELS
    for sentence in sentences(TELLINGS[event]):
        assert sentence.en[0].isupper() or sentence.en.startswith("{")
        assert not sentence.en.endswith(".")
        assert not sentence.zh.endswith("。")
        assert any("一" <= mark <= "鿿" for mark in sentence.zh)


@pytest.mark.parametrize("outcome", Outcome, ids=lambda outcome: outcome.value)
def test_every_outcome_has_words(outcome: Outcome) -> None:
    """No screen shows the name of a constant."""
    assert outcome in labels.LABELS


@pytest.mark.parametrize("event", Event, ids=lambda event: event.value)
def test_both_languages_tell_the_same(event: Event) -> None:
    """A translation neither loses nor invents who, what or how many."""
    for sentence in sentences(TELLINGS[event]):
        english, chinese = ({name for _t, name, _s, _c in string.Formatter().parse(text) if name} for text in sentence)
        assert english == chinese, sentence


@pytest.mark.parametrize(("event", "outcome"), list(itertools.product(Event, Outcome)))
def test_every_event_is_told_whatever_the_entry_holds(event: Event, outcome: Outcome) -> None:
    """Full, empty, hidden, and with the details of another event: a sentence without braces, in both languages."""
    full = replace(ROW, event=event, outcome=outcome)
    bare = TrailRow(7, event, outcome, NOON, NOON)
    codes = ["", *TELLINGS[event].variants, "denied.office"]
    for row, code, locale in itertools.product(
        (full, bare, replace(bare, hidden="sealed")), codes, ("en", "zh_Hans_CN")
    ):
        said = tell(replace(row, code=code), locale)
        assert said
        assert not set("{}") & set(said)


def test_view_is_told_with_who_what_where_and_why() -> None:
    """The sentence of the most frequent question."""
    assert tell(ROW) == (
        "王晓明 (N-2001) was granted view 2 of 3 of document faaaaaaaa… of dossier D2026-00007, for 15 minutes, "
        "from Head office. Reason: Offer: Preparing the offer (case CRM-1)"
    )
    assert tell(ROW, "zh_Hans_CN") == (
        "王晓明（N-2001）获准第 2 次（共 3 次）查阅档案 D2026-00007 的文档 faaaaaaaa…，"
        "为时 15 分钟，地点：Head office。"
        "事由：Offer：Preparing the offer（案件编号 CRM-1）"
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"event": Event.SESSION_OPENED}, "王晓明 (N-2001) signed in."),
        (
            {"event": Event.SESSION_OPENED, "actor_name": ""},
            "A person who is not in the register (paaaaaaaa…) signed in.",
        ),
        (
            {"event": Event.SESSION_REFUSED, "outcome": Outcome.DENIED, "subject_id": "", "code": "sign_in.refused"},
            "A sign-in was refused: nobody has the login that was given.",
        ),
        (
            {"event": Event.SESSION_REFUSED, "outcome": Outcome.DENIED, "code": "sign_in.blocked"},
            "A sign-in was refused because there had been too many attempts.",
        ),
        (
            {"event": Event.DOSSIER_ASSIGNED, "details": {"duty": "borrower"}},
            "王晓明 (N-2001) gave Alice Moreau (N-1001) a duty on dossier D2026-00007: Borrower.",
        ),
        (
            {"event": Event.DOSSIER_ASSIGNED, "outcome": Outcome.DENIED},
            "王晓明 (N-2001) tried to give a duty on dossier D2026-00007, and was refused.",
        ),
        (
            {"event": Event.REQUEST_DECIDED, "code": "approved", "details": {"asked": 3, "granted": 1}},
            (
                "王晓明 (N-2001) approved a request of Alice Moreau (N-1001) for document faaaaaaaa… of dossier "
                "D2026-00007 (views): 1 of 3."
            ),
        ),
        ({"event": Event.TRAIL_SEARCHED, "details": {"index": 7}}, "王晓明 (N-2001) looked at entry 7 of the trail."),
        (
            {"event": Event.TRAIL_SEARCHED, "details": {"intents": "view.opened,copy.released"}},
            "王晓明 (N-2001) looked for views and copies without a result.",
        ),
        (
            {"event": Event.TRAIL_SEARCHED, "details": {"unanswered": "view.opened"}},
            "王晓明 (N-2001) looked for views without a result.",
        ),
        (
            {"event": Event.TRAIL_VERIFIED, "outcome": Outcome.FAILED, "details": {"size": 9, "findings": 2}},
            "王晓明 (N-2001) verified the 9 entries of the trail and found 2 faults.",
        ),
        (
            {"event": Event.TRAIL_VERIFIED, "code": "verification.sealed", "details": {"size": 9, "findings": 0}},
            (
                "王晓明 (N-2001) verified the 9 entries of the trail and found nothing wrong as far as it could be "
                "looked at: values were not opened."
            ),
        ),
        (
            {
                "event": Event.TRAIL_VERIFIED,
                "code": "verification.sealed",
                "details": {"size": 9, "findings": 0, "from": 4, "values": "sealed"},
            },
            (
                "王晓明 (N-2001) verified the entries of the trail from 4 to 9 and found nothing wrong as far as it "
                "could be looked at: values were not opened."
            ),
        ),
        (
            {
                "event": Event.TRAIL_VERIFIED,
                "outcome": Outcome.FAILED,
                "code": "verification.acknowledged",
                "details": {"size": 9, "findings": 2, "from": 4},
            },
            (
                "王晓明 (N-2001) verified the entries of the trail from 4 to 9 and found 2 faults, all acknowledged "
                "before."
            ),
        ),
        ({"event": Event.VAULT_UNSEALED, "actor_id": ""}, "The vault was unsealed."),
        (
            {"event": None, "outcome": None, "hidden": "missing", "actor_id": ""},
            "This entry is gone: the search knows of it, but the trail has lost it.",
        ),
    ],
)
def test_what_happened_is_told_plainly(changed: dict[str, object], said: str) -> None:
    """Without place and reason, as one reads it aloud."""
    assert tell(replace(ROW, place=None, reason=None, **changed)) == said  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Place("10.1.2.3", PlaceSource.ZONE, zone="Head office"), "from Head office."),
        (Place("203.0.113.9", PlaceSource.DECLARED, declared="Hotel"), "from “Hotel” as they said, at 203.0.113.9."),
        (Place("203.0.113.9", PlaceSource.UNKNOWN), "from an unknown network at 203.0.113.9."),
    ],
)
def test_place_says_how_it_is_known(place: Place, said: str) -> None:
    """What somebody declared is not told as a fact."""
    assert tell(replace(ROW, place=place, reason=None)).endswith(said)


@pytest.mark.parametrize("hostile", ["{actor.__class__}", "{0}", "%(what)s", "{{", "<b>", "王\u202e明"])
def test_typed_words_are_not_read_as_templates(hostile: str) -> None:
    """A name, a place and a reason stay what was typed."""
    row = replace(
        ROW,
        actor_name=hostile,
        place=Place("10.1.2.3", PlaceSource.DECLARED, declared=hostile),
        reason=Reason(ReasonCategory.OFFER, hostile),
    )

    assert tell(row).count(hostile) == 3


def test_details_do_not_replace_who_acted() -> None:
    """A leaf that names its details like parts of the sentence changes none of them."""
    row = replace(ROW, details={"actor": "Somebody else", "person": "x", "document": "y", "lease_seconds": "many"})

    assert tell(row).startswith("王晓明 (N-2001) was granted")


def test_every_way_a_view_or_a_session_ends_is_told_apart() -> None:
    """The codes that the use cases give are those of the table."""
    told = set(TELLINGS[Event.VIEW_ENDED].variants)
    assert {cause.value for cause in EndCause} - told <= {EndCause.REVOKED.value, EndCause.FAILED.value}
    assert _causes_of_ended_sessions() == set(TELLINGS[Event.SESSION_ENDED].variants)


def _causes_of_ended_sessions() -> set[str]:
    """Every ``cause`` that is handed to ``end_sessions_of``."""
    found = set()
    for path in (ROOT / "vault").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "end_sessions_of":
                found |= {
                    each.value.value
                    for each in node.keywords
                    if each.arg == "cause" and isinstance(each.value, ast.Constant)
                }
    return found


def test_short_id_keeps_short_ones_whole() -> None:
    """An ellipsis only where something is left out."""
    assert (short_id("w" + "a" * 26), short_id("wabc"), short_id("")) == ("waaaaaaaa…", "wabc", "")


def test_reason_without_case_number_has_none() -> None:
    """No empty brackets."""
    assert reason_words(Reason(ReasonCategory.OFFER, "Offer two"), False, lambda _value: "Offer") == "Offer: Offer two"


def test_release_of_a_copy_says_no_more_than_is_known_of_it() -> None:
    """Where its result has an entry of its own it only began; one from before there were results is told as it was."""
    old = replace(ROW, event=Event.COPY_RELEASED, details={"pages": 3})
    new = replace(old, details={"pages": 3, **RESULT_FOLLOWS})
    cut_off = replace(new, event=Event.COPY_FAILED, outcome=Outcome.FAILED, code="copy.cut_off", actor_id="")

    assert "downloaded a marked copy" in tell(old)
    assert "began to download a marked copy" in tell(new)
    assert "开始下载" in tell(new, "zh_Hans_CN")
    assert "by Alice Moreau (N-1001) was cut off before anything had left" in tell(cut_off)
