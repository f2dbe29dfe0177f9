"""What a person may do with a document and why not: every rule with its answer, for whoever answers for the rules.

Looks at the same facts by the same rules as opening does (:mod:`vault.policy.opening`), and opens nothing: no title, no
customer, no key. The place is taken as known, since it is told when somebody opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vault.access.facts import target_of
from vault.database import people_queries, view_queries
from vault.database.engine import Connection, reading
from vault.errors import InputError
from vault.model import Actor, Classification, Office, PersonId, Place, PlaceSource
from vault.policy.decision import Decision, denied
from vault.policy.opening import decide_opening, judge_opening
from vault.recording import require_office
from vault.runtime import Vault

_KNOWN = Place(address="", source=PlaceSource.DECLARED)


@dataclass(frozen=True, slots=True)
class Explanation:
    """``rules`` has each rule's answer, in the order in which they are asked; ``decision`` is what opening would say.

    ``allowed`` views are the limit of ``allowed_from`` (``default`` or ``class``) and ``granted`` ones.
    """

    person_name: str
    staff_number: str
    dossier_reference: str
    classification: Classification
    rules: Mapping[str, Decision]
    used: int
    allowed: int
    granted: int
    allowed_from: str
    lease_minutes: int
    decision: Decision


def explain_opening(vault: Vault, actor: Actor, *, person: str, document_id: str) -> Explanation:
    """For administrators and auditors. ``person`` is a login, staff number, full name or id.

    InputError ``trail.person`` or ``trail.person_ambiguous`` for nobody or several; NotFound for no such document.
    """
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR, Office.AUDITOR)
        target = target_of(vault, tx, _the_one(tx, person), document_id.strip())
        quota = view_queries.quota_state(tx, target.quota_key)
    facts, allowed = target.facts(_KNOWN), target.limits.views + quota.granted
    decision = decide_opening(facts, now=now)
    if decision.allowed and quota.used >= allowed:
        decision = denied("quota.spent")
    return Explanation(
        person_name=target.holding.person.name,
        staff_number=target.holding.person.staff_number,
        dossier_reference=target.holding.dossier.reference,
        classification=target.holding.dossier.classification,
        rules=judge_opening(facts, now=now),
        used=quota.used,
        allowed=allowed,
        granted=quota.granted,
        allowed_from=target.limits.source,
        lease_minutes=target.limits.lease_minutes,
        decision=decision,
    )


def _the_one(tx: Connection, words: str) -> PersonId:
    found = people_queries.find_people(tx, words.strip())
    if len(found) != 1:
        raise InputError("trail.person_ambiguous" if found else "trail.person")
    return found[0]
