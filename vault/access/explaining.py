"""What a person may do with a document and why not: every rule with its answer, for whoever answers for the rules.

Looks at the same facts by the same rules as opening does (:mod:`vault.policy.opening`), and opens nothing: no title, no
customer, no key. The place is taken as known, since it is told when somebody opens. The same question can be put to a
policy that is not in force, so that a proposal is understood before it is decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from vault.access.claiming import standing_of
from vault.access.facts import Target, target_of
from vault.database import document_queries, dossier_queries, people_queries
from vault.database.engine import Connection, reading
from vault.database.policy_queries import policy_in_force
from vault.database.shared_queries import UsedElsewhere
from vault.errors import InputError
from vault.model import Actor, Classification, Duty, PersonId, Place, PlaceSource
from vault.policy.changing import READERS
from vault.policy.class_names import ClassTitle, class_titles
from vault.policy.decision import ALLOWED, Decision, denied
from vault.policy.document import Policy
from vault.policy.limits import ViewLimits
from vault.policy.opening import RULES, OpeningFacts, decide_opening, judge_opening
from vault.policy.places import EVERYWHERE
from vault.policy.requesting import decide_asking, decide_asking_for_copy
from vault.recording import require_office
from vault.runtime import Vault

ACTS: Mapping[str, frozenset[Duty]] = MappingProxyType(
    {
        "submit": frozenset({Duty.AUTHOR, Duty.CUSTODIAN}),
        "keep": frozenset({Duty.CUSTODIAN}),
        "decide": frozenset({Duty.APPROVER}),
    }
)
"""Acts on a dossier that one of these duties allows; beside them ``ask`` and ``copy``, of whoever could open."""
MOST_DOCUMENTS = 20
"""Of a dossier so many are looked at."""
_KNOWN = Place(address="", source=PlaceSource.DECLARED)


@dataclass(frozen=True, slots=True)
class Explanation:
    """``rules`` has each rule's answer, in the order in which they are asked; ``decision`` is what opening would say.

    ``allowed`` views are the limit of ``allowed_from`` (``default`` or ``class``) and ``granted`` ones.
    """

    person_name: str
    staff_number: str
    document_id: str
    dossier_reference: str
    classification: Classification
    class_title: ClassTitle
    rules: Mapping[str, Decision]
    used: int
    allowed: int
    granted: int
    allowed_from: str
    lease_minutes: int
    ends_at: dt.datetime
    ends_by: str
    used_today: int
    used_today_of_class: int
    elsewhere: UsedElsewhere
    """Of the used views, those of other accounts of the same person."""
    limits: ViewLimits
    decision: Decision
    acts: Mapping[str, Decision]
    """What else the person may do here, by :data:`ACTS`. What a single act asks besides is decided when it is done."""


def explain_opening(
    vault: Vault, actor: Actor, *, person: str, document_id: str, policy: Policy | None = None
) -> Explanation:
    """For administrators, security officers and auditors. ``person`` is a login, staff number, full name or id.

    ``policy`` in place of the one in force. InputError ``trail.person`` or ``trail.person_ambiguous`` for nobody or
    several; NotFound for no such document.
    """
    with reading(vault.engine) as tx:
        require_office(tx, actor, *READERS)
        return _explain(vault, tx, the_one(tx, person), document_id.strip(), policy)


def documents_meant(vault: Vault, actor: Actor, *, words: str) -> list[str]:
    """Ids of the documents that ``words`` means: one by its id, or those of a dossier by its reference, at most twenty.

    InputError ``policy.nothing_meant`` for neither.
    """
    with reading(vault.engine) as tx:
        require_office(tx, actor, *READERS)
        asked = words.strip()
        if document_queries.load_document(tx, asked) is not None:
            return [asked]
        dossier = dossier_queries.find_dossier_by_reference(tx, asked) or dossier_queries.load_dossier(tx, asked)
        found = document_queries.documents_of_dossier(tx, dossier.id) if dossier else []
    if not found:
        raise InputError("policy.nothing_meant")
    return [document.id for document in found[:MOST_DOCUMENTS]]


def the_one(tx: Connection, words: str) -> PersonId:
    """The person that these words mean."""
    found = people_queries.find_people(tx, words.strip())
    if len(found) != 1:
        raise InputError("trail.person_ambiguous" if found else "trail.person")
    return found[0]


def _explain(vault: Vault, tx: Connection, person_id: PersonId, document_id: str, policy: Policy | None) -> Explanation:
    now = vault.clock.now()
    target = target_of(vault, tx, person_id, document_id, policy=policy)
    standing = standing_of(tx, target, now=now)
    facts = _from_anywhere(target.facts(_KNOWN))
    decision = decide_opening(facts, now=now)
    if decision.allowed:
        decision = standing.decision
    lease = target.lease_from(now)
    return Explanation(
        person_name=target.holding.person.name,
        staff_number=target.holding.person.staff_number,
        document_id=target.document.id,
        dossier_reference=target.holding.dossier.reference,
        classification=target.holding.dossier.classification,
        class_title=class_titles(policy or policy_in_force(tx).policy)[target.holding.dossier.classification],
        rules=judge_opening(facts, now=now),
        used=standing.used,
        allowed=standing.allowed,
        granted=standing.granted,
        allowed_from=target.limits.source,
        lease_minutes=target.lease_minutes,
        ends_at=lease.ends_at,
        ends_by=lease.ends_by,
        used_today=standing.used_today,
        used_today_of_class=standing.used_today_of_class,
        elsewhere=standing.elsewhere,
        limits=target.limits,
        decision=decision,
        acts=_acts(target, facts, now),
    )


def _acts(target: Target, facts: OpeningFacts, now: dt.datetime) -> dict[str, Decision]:
    asking = decide_asking(facts, now=now)
    copying = decide_asking_for_copy(
        target.policy,
        target.holding.dossier.classification,
        pages=target.version.page_count if target.version else 0,
        leaves=target.holding.person.leaves_at is not None,
    )
    acts = {"ask": asking, "copy": asking if not asking.allowed else copying}
    active = RULES["active"](facts, now)
    held = {each.duty for each in facts.duties if each.is_active(now)} if active.allowed else set[Duty]()
    missing = denied("denied.duty") if active.allowed else active
    return acts | {act: ALLOWED if held & duties else missing for act, duties in ACTS.items()}


def _from_anywhere(facts: OpeningFacts) -> OpeningFacts:
    return replace(facts, places=EVERYWHERE, position_is_missing=False)
