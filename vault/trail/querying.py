"""What an auditor asks the trail for: in their words, in ids, and as the trail itself remembers it.

A query is *settled* before it stands in an address: words for a person become the person's id, a dossier's reference
becomes its id. So a link names nobody, means the same to every auditor, and still finds the person after they married.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from vault.database import (
    dossier_queries,
    ledger_reading,
    ledger_sequencing,
    people_queries,
    policy_queries,
    trail_searching,
)
from vault.database.engine import Connection, reading
from vault.database.trail_criteria import SearchCriteria
from vault.ledger.audit_whole import INTENT_GRACE
from vault.ledger.canonical import NotCanonical, parse_object
from vault.ledger.events import Event, Outcome
from vault.ledger.recorder import instant
from vault.model import Actor, Office, PersonId
from vault.policy.document import WorkingHours
from vault.recording import deciding, denial_of, require_office
from vault.runtime import Vault
from vault.trail.conditions import NO_POLICY, OutOfHours, Unanswered, condition_text, hours_of
from vault.trail.criteria import criteria_from, zone_offsets
from vault.trail.language import parse_query, text_of
from vault.trail.language_times import bounds_of
from vault.trail.query import OUT_OF_HOURS, UNANSWERED, Field, Term, TrailQuery, fault_of
from vault.trail.query_values import ID_FIELDS, LAST_INDEX, check_values, is_category, is_id

__all__ = [
    "QueryNames",
    "TrailQuery",
    "criteria_of",
    "facts_of",
    "name_query",
    "names_of",
    "parse_query",
    "person_asked_for",
    "settle_conditions",
    "settle_query",
    "text_of",
]

MOST_CHANGES = 10_000
_PERSON_ID = re.compile(r"p[a-z2-7]{26}")
_DOSSIER_ID = re.compile(r"d[a-z2-7]{26}")
_PEOPLE = {"actor_id", "subject_id"}


@dataclass(frozen=True, slots=True)
class QueryNames:
    """What the ids of a settled query are called now; ids that have no name, or none any more, are absent.

    ``people`` has name and staff number of each, ``dossiers`` the reference.
    """

    people: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    dossiers: Mapping[str, str] = field(default_factory=dict)


def settle_query(vault: Vault, actor: Actor, *, query: TrailQuery) -> TrailQuery:
    """The same query in ids. InputError ``trail.*`` names what is unknown, formed wrongly, or of two people at once,
    and where it was typed (``column``).

    Nothing is recorded: nothing of the trail is shown. The search that follows is.
    """
    with deciding(vault, denial_of(Event.TRAIL_SEARCHED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        return TrailQuery(*(_settled(vault, tx, check_values(term)) for term in query.terms))


def settle_conditions(vault: Vault, query: TrailQuery) -> TrailQuery:
    """The same query with what ``is:`` leaves open said, as things are now: an address that somebody wrote by hand, or
    a link to a usual question. What is settled stays as it is. InputError ``trail.query_is``."""
    with reading(vault.engine) as tx:
        terms = [_settled(vault, tx, check_values(term)) if term.field is Field.IS else term for term in query.terms]
    return TrailQuery(*terms)


def name_query(vault: Vault, actor: Actor, *, query: TrailQuery) -> QueryNames:
    """The names for a query that is only shown, before an export."""
    with deciding(vault, denial_of(Event.TRAIL_EXPORTED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        for term in query.terms:
            _checked(term)
        return names_of(tx, query)


def names_of(tx: Connection, query: TrailQuery) -> QueryNames:
    """Of the people and dossiers that the query names by id."""
    ids = {value for term in query.terms if term.field.names_people for value in term.values}
    people = people_queries.people_by_id(tx, {PersonId(each) for each in ids if _PERSON_ID.fullmatch(each)})
    dossiers = {value for term in query.terms if term.field is Field.DOSSIER for value in term.values}
    return QueryNames(
        people={person.id: (person.name, person.staff_number) for person in people.values()},
        dossiers=dossier_queries.references_of(tx, {each for each in dossiers if _DOSSIER_ID.fullmatch(each)}),
    )


def criteria_of(tx: Connection, query: TrailQuery) -> SearchCriteria:
    """The query as the database is asked. Whatever is unknown matches nothing; InputError outside the vocabulary."""
    terms = [_known(tx, _checked(term)) for term in query.terms]
    zones = [term.values[0] for term in terms if term.field is Field.ZONE]
    own = zones[-1] if zones else "UTC"
    return criteria_from(
        terms,
        offsets=lambda zone: zone_offsets(tx, zone or own),
        hours=lambda version: hours_under(tx, version),
        in_force=lambda first, last: _in_force(tx, first, last),
    )


def _in_force(tx: Connection, first: int, last: int) -> tuple[int, int] | None:
    """Where entries that name a version from ``first`` to ``last`` stand: from the change that brought the first to
    the one that ended the last. None if there is no such version yet."""
    changed = _changes(tx)
    if first > max(changed, default=0) and not _is_stored(tx, first):
        return None
    return changed.get(first, 0), changed.get(last + 1, LAST_INDEX)


def _is_stored(tx: Connection, version: int) -> bool:
    return policy_queries.policy_in_force(tx).version >= version


def _changes(tx: Connection) -> dict[int, int]:
    """Where the trail says of each version that it came into force."""
    criteria, found = SearchCriteria(event=Event.POLICY_CHANGED.value, outcome=Outcome.SUCCESS.value), dict[int, int]()
    positions = trail_searching.positions_upwards(tx, criteria, before=LAST_INDEX, after=-1, limit=MOST_CHANGES)
    for position, leaf in ledger_reading.load_leaves(tx, positions).items():
        with contextlib.suppress(NotCanonical, KeyError, TypeError, ValueError):
            found[int(str(parse_object(leaf.leaf)["details"]["version"]))] = position  # type: ignore[index,call-overload]
    return found


def hours_in_force(vault: Vault) -> tuple[WorkingHours, str]:
    """The hours outside of which something is out of hours now, and their zone ('': the reader's)."""
    with reading(vault.engine) as tx:
        return hours_of(policy_queries.policy_in_force(tx).policy)


def hours_under(tx: Connection, version: int) -> tuple[WorkingHours, str]:
    """The working hours that a version of the policy names, or the usual ones, and their zone ('': the query's)."""
    found = policy_queries.load_version(tx, version) if version else None
    return hours_of(found.policy) if found else NO_POLICY


def facts_of(query: TrailQuery) -> dict[str, str | int]:
    """What was asked for, as far as a leaf may say it for ever: that a person was named, not whom; no words.

    Ids, events and the like under their search word, what must not hold under ``not_`` and that, ``by_`` where people
    or words were named. A second condition of one word is numbered.
    """
    facts: dict[str, str | int] = {}
    for term in query.terms:
        for name, value in _facts_of_term(term):
            spelt, number = name, 2
            while spelt in facts and facts[spelt] != value:
                spelt, number = f"{name}_{number}", number + 1
            facts[spelt] = value
    return facts


def person_asked_for(criteria: SearchCriteria) -> PersonId | None:
    """Whom a query is about, if it is one person: recorded as a sealed value, so that it is known who was looked at."""
    asked = {
        value
        for choice in criteria.choices
        if not choice.is_excluded and _PEOPLE.issuperset(choice.columns)
        for value in choice.values
    }
    return PersonId(asked.pop()) if len(asked) == 1 else None


def _facts_of_term(term: Term) -> Iterable[tuple[str, str | int]]:
    prefix = "not_" if term.is_excluded else ""
    name = term.field.value
    if term.field is Field.TIME and not term.is_excluded:
        since, until = bounds_of(term.values[0])
        bounds = (("since", since), ("until", until))
        return [(bound, instant(moment)) for bound, moment in bounds if moment]
    if term.field is Field.INDEX:
        return [(f"{prefix}indexes", ",".join(term.values))]
    sayable = tuple(value for value in term.values if _may_be_said(term.field, value))
    said: list[tuple[str, str | int]] = [(f"{prefix}{name}", ",".join(sayable))] if sayable else []
    return said if len(sayable) == len(term.values) else [*said, (f"{prefix}by_{name}", 1)]


def _may_be_said(name: Field, value: str) -> bool:
    """Words that are no id may be a customer's name."""
    if name is Field.DOSSIER:
        return _DOSSIER_ID.fullmatch(value) is not None
    if name in {Field.DOCUMENT, Field.VIEW}:
        return is_id(name, value)
    if name is Field.REASON:
        return is_category(value)
    return not (name.names_people or name.is_words or name in {Field.PLACE, Field.SESSION})


def _settled(vault: Vault, tx: Connection, term: Term) -> Term:
    numbers = range(len(term.values))
    if term.field.names_people:
        return replace(term, values=tuple(_settled_person(tx, term, number) for number in numbers))
    if term.field is Field.DOSSIER:
        return replace(term, values=tuple(_settled_dossier(tx, term, number) for number in numbers))
    if term.field is Field.PLACE:
        return replace(term, values=tuple(_settled_place(vault, tx, term, number) for number in numbers))
    if term.field is Field.IS:
        return replace(term, values=tuple(_settled_condition(vault, tx, value) for value in term.values))
    return term


def _checked(term: Term) -> Term:
    """Within the vocabulary. An id that is formed wrongly is one that nothing has."""
    return term if term.field in ID_FIELDS else check_values(term)


def _known(tx: Connection, term: Term) -> Term:
    """What words stand for now, as far as they stand for anything."""
    if term.field.names_people:
        return replace(term, values=tuple(found for value in term.values for found in _people(tx, value)))
    if term.field is Field.DOSSIER:
        return replace(term, values=tuple(_dossier_id(tx, value) or value for value in term.values))
    return term


def _people(tx: Connection, words: str) -> list[PersonId]:
    """An id stands for itself, also where the person is not in the register any more."""
    spelt = " ".join(unicodedata.normalize("NFC", words).split())
    if _PERSON_ID.fullmatch(spelt):
        return [PersonId(spelt)]
    return people_queries.find_people(tx, spelt) if spelt.isprintable() else []


def _settled_person(tx: Connection, term: Term, number: int) -> str:
    found = _people(tx, term.values[number])
    if len(found) != 1:
        raise fault_of(term, number, "trail.person_ambiguous" if found else "trail.person")
    return found[0]


def _settled_dossier(tx: Connection, term: Term, number: int) -> str:
    found = _dossier_id(tx, term.values[number])
    if not found:
        raise fault_of(term, number, "trail.dossier")
    return found


def _dossier_id(tx: Connection, words: str) -> str:
    """'' for what is neither an id nor the reference of a dossier."""
    if _DOSSIER_ID.fullmatch(words):
        return words
    found = dossier_queries.find_dossier_by_reference(tx, words.upper()) if words.isprintable() and words else None
    return found.id if found else ""


def _settled_condition(vault: Vault, tx: Connection, value: str) -> str:
    """Under the policy in force now, or with where the trail stands now."""
    if value == OUT_OF_HOURS:
        return condition_text(OutOfHours(policy_queries.policy_in_force(tx).version))
    head = ledger_sequencing.load_head(tx)
    if value == UNANSWERED and head is not None:
        begun = trail_searching.first_position(tx, vault.clock.now() - INTENT_GRACE)
        return condition_text(Unanswered(min(begun, head.size), head.size))
    return value


def _settled_place(vault: Vault, tx: Connection, term: Term, number: int) -> str:
    """The name of a network that is known now, or that the trail knows from before."""
    words = term.values[number]
    for zone in vault.config.places.zones:
        if zone.name.casefold() == words.casefold():
            return zone.name
    if not words.isprintable() or not trail_searching.network_is_known(tx, words):
        raise fault_of(term, number, "trail.place")
    return words
