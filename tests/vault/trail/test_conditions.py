"""Values of ``is:``: the company's hours and views without a result, pinned to how things were when it was asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.company import Company
from tests.vault.trail.exports.making_exports import exported
from vault.clock import FixedClock
from vault.database.engine import transaction
from vault.database.policy_queries import add_policy_version
from vault.errors import InputError
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Reason, ReasonCategory, new_id
from vault.policy.document import Policy, WorkingHours
from vault.trail.conditions import OutOfHours, Unanswered, condition_text, read_condition, spelt_condition
from vault.trail.exports.formats import ExportFormat
from vault.trail.query import Field
from vault.trail.querying import TrailQuery, parse_query, settle_query, text_of
from vault.trail.searching import search_trail

ZONE = "Asia/Shanghai"
WHY = Reason(ReasonCategory.OFFER, "Preparing the offer", "C-17")


@pytest.mark.parametrize(
    ("said", "text"),
    [(OutOfHours(0), "out_of_hours@0"), (OutOfHours(12), "out_of_hours@12"), (Unanswered(12, 40), "unanswered@12..40")],
)
def test_value_is_written_as_it_is_read(said: OutOfHours | Unanswered, text: str) -> None:
    """One spelling each, so that an address can hold it."""
    assert condition_text(said) == text
    assert read_condition(text) == said
    assert spelt_condition(text.upper()) == text


@pytest.mark.parametrize(
    "value",
    ["", "late", "unanswered@", "unanswered@5", "unanswered@5..x", "unanswered@1..2@3", "out_of_hours@",
     "out_of_hours@01", "out_of_hours@-1", "out_of_hours@x", "out_of_hours@1..2"],
)  # fmt: skip
def test_value_outside_the_vocabulary_is_refused(value: str) -> None:
    """With the code that says what was expected."""
    with pytest.raises(InputError) as refused:
        spelt_condition(value)

    assert refused.value.code == "trail.query_is"


def test_working_hours_of_the_policy_say_what_is_out_of_hours(any_company: Company, clock: FixedClock) -> None:
    """By its clock, its days and its holidays; what was settled under one version stays with it."""
    company = any_company
    hours = WorkingHours(spans=("mon-fri 12:00-20:00", "sat 09:00-11:00"), holidays=("2026-11-26",))
    signed_in_at = {
        dt.datetime(2026, 11, 25, 10, 0, tzinfo=dt.UTC): True,  # a Wednesday, before they begin in London
        dt.datetime(2026, 11, 25, 13, 0, tzinfo=dt.UTC): False,
        dt.datetime(2026, 11, 26, 13, 0, tzinfo=dt.UTC): True,  # the holiday
        dt.datetime(2026, 11, 28, 10, 0, tzinfo=dt.UTC): False,  # a Saturday morning
        dt.datetime(2026, 11, 28, 11, 0, tzinfo=dt.UTC): True,
    }
    usual = settled(company, "is:out_of_hours event:session.opened time:2026-11-25..")
    with transaction(company.vault.engine) as tx:
        policy = Policy(hours=hours, timezone="Europe/London")
        add_policy_version(tx, version=1, policy=policy, now=clock.now())
    for moment in signed_in_at:
        clock.advance(moment - clock.now())
        company.signed_in("borrower")
        company.sequence()

    own = settled(company, "is:out_of_hours event:session.opened time:2026-11-25..")
    inside = TrailQuery(*(replace(term, is_excluded=term.field is Field.IS) for term in own.terms))

    assert (own.the(Field.IS), usual.the(Field.IS)) == ("out_of_hours@1", "out_of_hours@0")
    assert moments_of(company, own) == [moment for moment, is_out in signed_in_at.items() if is_out]
    assert moments_of(company, inside) == [moment for moment, is_out in signed_in_at.items() if not is_out]
    assert [moment.day for moment in moments_of(company, usual)] == [25, 26, 28, 28]  # from 19 on in Shanghai


def test_views_without_a_result_are_found_as_they_were_when_asked(company: Company, clock: FixedClock) -> None:
    """One whose key was never recorded; not one that was keyed; and what comes later changes no answer."""
    company.open_and_read()
    lost = intent_without_result(company)
    clock.advance(dt.timedelta(hours=1))
    company.signed_in("other")
    company.sequence()
    auditor = company.at_keyboard("auditor")

    settled = settle_query(company.vault, auditor, query=parse_query("is:unanswered", ZONE, now=clock.now()))
    later = intent_without_result(company)
    clock.advance(dt.timedelta(hours=1))
    company.signed_in("other")
    company.sequence()
    fresh = settle_query(company.vault, auditor, query=parse_query("is:unanswered", ZONE, now=clock.now()))

    assert not any(term.field is Field.ZONE for term in settled.terms)
    assert views_of(company, settled) == [lost]
    assert views_of(company, fresh) == [later, lost]
    assert len(exported(company, ExportFormat.JSONL, query=settled).splitlines()) == 2
    excluded = parse_query(f"-{text_of(fresh)} event:view.opened", ZONE, now=clock.now())
    assert not {lost, later} & set(views_of(company, excluded))
    assert len(views_of(company, excluded)) == 1


def test_export_pins_what_was_left_open(company: Company, clock: FixedClock) -> None:
    """A query that nobody settled is made as it was counted."""
    intent_without_result(company)
    clock.advance(dt.timedelta(hours=1))
    company.signed_in("other")
    company.sequence()

    query = parse_query("is:unanswered", ZONE, now=clock.now())
    assert len(exported(company, ExportFormat.JSONL, query=query).splitlines()) == 2


def intent_without_result(company: Company) -> str:
    """As a node leaves it that was killed between granting a view and telling of its key; the view."""
    actor = company.signed_in("borrower")
    view = new_id("w", company.vault.random)
    entry = Entry(
        Event.VIEW_OPENED, Outcome.SUCCESS, actor=actor.person_id, document=company.document_id, view=view, reason=WHY
    )
    with transaction(company.vault.engine) as tx:
        company.vault.recorder.append(tx, entry)
    company.sequence()
    return view


def settled(company: Company, line: str) -> TrailQuery:
    query = parse_query(line, ZONE, now=company.vault.clock.now())
    return settle_query(company.vault, company.at_keyboard("auditor"), query=query)


def moments_of(company: Company, query: TrailQuery) -> list[dt.datetime]:
    """When what is found happened, oldest first."""
    rows = search_trail(company.vault, company.at_keyboard("auditor"), query=query).rows
    return [row.time for row in reversed(rows)]


def views_of(company: Company, query: TrailQuery) -> list[str]:
    return [row.view_id for row in search_trail(company.vault, company.at_keyboard("auditor"), query=query).rows]
