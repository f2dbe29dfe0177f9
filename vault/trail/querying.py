"""What an auditor asks the trail for: in their words, in ids, and as the trail itself remembers it.

A query is *settled* before it stands in an address: words for a person become the person's id, a dossier's reference
becomes its id. So a link names nobody, means the same to every auditor, and still finds the person after they married.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, replace

from vault.database import dossier_queries, people_queries
from vault.database.engine import Connection
from vault.database.ledger_reading import SearchCriteria
from vault.errors import InputError
from vault.ledger.events import Event, Outcome
from vault.ledger.recorder import instant
from vault.model import Actor, Office, PersonId
from vault.recording import deciding, denial_of, require_office
from vault.runtime import Vault

_PERSON_ID = re.compile(r"p[a-z2-7]{26}")
_DOSSIER_ID = re.compile(r"d[a-z2-7]{26}")
_DOCUMENT_ID = re.compile(r"f[a-z2-7]{26}")
_VIEW_ID = re.compile(r"w[a-z2-7]{26}")


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """What is asked for; '' and None ask for nothing.

    ``person`` is a login, staff number, full name or id and matches who acted and whom it was about; ``dossier`` is a
    reference or id. ``since`` and ``until`` (exclusive) are aware, and bound the moment of logging.
    """

    person: str = ""
    document: str = ""
    dossier: str = ""
    view: str = ""
    event: str = ""
    outcome: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class QueryNames:
    """What the ids of a settled query are called now; '' for what has no name, or none any more."""

    person: str = ""
    staff_number: str = ""
    dossier: str = ""


def settle_query(vault: Vault, actor: Actor, *, query: TrailQuery) -> TrailQuery:
    """The same query in ids. InputError ``trail.*`` names what is unknown, formed wrongly, or of two people at once.

    Nothing is recorded: nothing of the trail is shown. The search that follows is.
    """
    with deciding(vault, denial_of(Event.TRAIL_SEARCHED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        _check_vocabulary(query)
        if query.since and query.until and query.since >= query.until:
            raise InputError("trail.times")
        return replace(
            query,
            person=_settled_person(tx, query.person),
            dossier=_settled_dossier(tx, query.dossier),
            document=_settled_id(query.document, _DOCUMENT_ID, "trail.document"),
            view=_settled_id(query.view, _VIEW_ID, "trail.view"),
        )


def name_query(vault: Vault, actor: Actor, *, query: TrailQuery) -> QueryNames:
    """The names for a query that is only shown, before an export."""
    with deciding(vault, denial_of(Event.TRAIL_EXPORTED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        _check_vocabulary(query)
        return names_of(tx, query)


def names_of(tx: Connection, query: TrailQuery) -> QueryNames:
    """Of the person and the dossier that the query names by id."""
    person = people_queries.load_person(tx, query.person) if _PERSON_ID.fullmatch(query.person) else None
    references = dossier_queries.references_of(tx, {query.dossier} - {""})
    return QueryNames(
        person=person.name if person else "",
        staff_number=person.staff_number if person else "",
        dossier=references.get(query.dossier, ""),
    )


def criteria_of(tx: Connection, query: TrailQuery) -> SearchCriteria:
    """The query as the database is asked. Whatever is unknown matches nothing; InputError outside the vocabulary."""
    _check_vocabulary(query)
    return SearchCriteria(
        persons=tuple(_people(tx, query.person)) if query.person.strip() else None,
        document=query.document.strip(),
        dossier=_dossier_id(tx, query.dossier.strip()) or query.dossier.strip(),
        view=query.view.strip(),
        event=query.event,
        outcome=query.outcome,
        since=query.since,
        until=query.until,
    )


def facts_of(query: TrailQuery) -> dict[str, str | int]:
    """What was asked for, as far as a leaf may say it for ever: that a person was named, not whom."""
    facts: dict[str, str | int] = {}
    for name, form in (("document", _DOCUMENT_ID), ("dossier", _DOSSIER_ID), ("view", _VIEW_ID)):
        value = getattr(query, name).strip()
        if form.fullmatch(value):
            facts[name] = value
        elif value:  # words that are no id may be a customer's name
            facts[f"by_{name}"] = 1
    for name in ("event", "outcome"):
        if getattr(query, name):
            facts[name] = getattr(query, name)
    for name, moment in (("since", query.since), ("until", query.until)):
        if moment is not None:
            facts[name] = instant(moment)
    if query.person.strip():
        facts["by_person"] = 1
    return facts


def person_asked_for(criteria: SearchCriteria) -> PersonId | None:
    """Whom a query is about, if it is one person: recorded as a sealed value, so that it is known who was looked at."""
    return PersonId(criteria.persons[0]) if criteria.persons is not None and len(criteria.persons) == 1 else None


def _check_vocabulary(query: TrailQuery) -> None:
    if query.event and query.event not in {event.value for event in Event}:
        raise InputError("trail.event")
    if query.outcome and query.outcome not in {outcome.value for outcome in Outcome}:
        raise InputError("trail.outcome")


def _people(tx: Connection, words: str) -> list[PersonId]:
    """An id stands for itself, also where the person is not in the register any more."""
    spelt = " ".join(unicodedata.normalize("NFC", words).split())
    if _PERSON_ID.fullmatch(spelt):
        return [PersonId(spelt)]
    return people_queries.find_people(tx, spelt) if spelt.isprintable() else []


def _settled_person(tx: Connection, words: str) -> str:
    if not words.strip():
        return ""
    found = _people(tx, words)
    if len(found) != 1:
        raise InputError("trail.person_ambiguous" if found else "trail.person")
    return found[0]


def _settled_dossier(tx: Connection, words: str) -> str:
    if not words.strip():
        return ""
    found = _dossier_id(tx, words.strip())
    if not found:
        raise InputError("trail.dossier")
    return found


def _dossier_id(tx: Connection, words: str) -> str:
    """'' for what is neither an id nor the reference of a dossier."""
    if _DOSSIER_ID.fullmatch(words):
        return words
    found = dossier_queries.find_dossier_by_reference(tx, words.upper()) if words.isprintable() and words else None
    return found.id if found else ""


def _settled_id(words: str, form: re.Pattern[str], code: str) -> str:
    """Ids are read off pages and papers: spaces and capitals do not matter."""
    spelt = "".join(words.split()).casefold()
    if spelt and not form.fullmatch(spelt):
        raise InputError(code)
    return spelt
