"""Asking for access to a document of a dossier that one is not assigned to and knows by its reference only.

Whoever asks learns nothing: the answer, the request and its page are the same whether a dossier has that reference or
not, and nobody is named who could decide. What makes a difference is a person's answer. An approver of the dossier
picks the one document, or refuses; who would rather not say that there is such a dossier lets the request lapse. A
reason for a dossier that does not exist is kept nowhere but in the trail: there is no dossier's key to seal it with.
"""

from __future__ import annotations

import re

from vault.database import dossier_queries, people_queries, request_queries
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection, reading
from vault.database.policy_queries import policy_in_force
from vault.database.request_queries import RequestRecord, RequestState
from vault.errors import Conflict, InputError
from vault.filing.dossier_keys import key_for_new_fields
from vault.ledger.events import Event
from vault.model import Actor, Office, Reason, RequestId, new_id
from vault.policy.case_numbers import check_case_number
from vault.policy.document import Policy
from vault.policy.granting import GrantKind, most_of
from vault.policy.reasons import ReasonDraft, check_reason
from vault.policy.requesting import decide_asking_for_access
from vault.recording import deciding, denial_of, require, require_office
from vault.requests.asking import lapsing_of, sealed_reason, store_and_record
from vault.requests.lapsing import lapse_request
from vault.runtime import Vault

_REFERENCE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")


def ask_for_access(vault: Vault, actor: Actor, *, reference: str, days: int, reason: ReasonDraft) -> RequestId:
    """Asks for access for ``days`` to a document of the dossier with this reference; the words say which.

    InputError ``request.reference`` for what cannot be one, ``request.access`` for too many days; Conflict
    ``request.open`` while such a request waits, ``request.accesses`` while too many do; AccessDenied for who is not
    qualified as a borrower. Asking twice within the time it lapses in is one request.
    """
    checked = check_reason(reason)
    wanted = reference.strip().upper()
    if not _REFERENCE.fullmatch(wanted):
        raise InputError("request.reference")
    vault.keyroom.require_unsealed()
    now = vault.clock.now()
    with deciding(vault, denial_of(Event.REQUEST_MADE, actor), Conflict) as tx:
        people_queries.lock_person(tx, actor.person_id)  # so that two of theirs are counted one after the other
        person = require_office(tx, actor, Office.STAFF)
        require(decide_asking_for_access(person.qualifications))
        policy = policy_in_force(tx).policy
        most = most_of(policy, GrantKind.ACCESS)
        if not 1 <= days <= most:
            raise InputError("request.access", limit=most)
        check_case_number(policy.requests.case_numbers.pattern_for(checked.category), checked.case_number)
        waiting = request_queries.open_request_of(tx, actor.person_id, GrantKind.ACCESS, wanted)
        if waiting is not None and waiting.as_of(now).state is RequestState.OPEN:
            if waiting.asked == days:
                return waiting.id
            raise Conflict("request.open")
        if waiting is not None:
            lapse_request(vault, tx, waiting)
        if request_queries.count_open_accesses(tx, actor.person_id, now=now) >= policy.requests.open_accesses:
            raise Conflict("request.accesses", limit=policy.requests.open_accesses)
        request = _request(vault, tx, actor, policy, wanted, days=days, reason=checked)
        store_and_record(vault, tx, actor, request, reason=checked)
        return request.id


def most_days(vault: Vault, actor: Actor) -> int:
    """For how many days access can be asked for at most. AccessDenied for who is no staff."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.STAFF)
        return most_of(policy_in_force(tx).policy, GrantKind.ACCESS)


def _request(
    vault: Vault, tx: Connection, actor: Actor, policy: Policy, reference: str, *, days: int, reason: Reason
) -> RequestRecord:
    now, request_id = vault.clock.now(), RequestId(new_id("r", vault.random))
    dossier = _dossier(tx, reference)
    key = key_for_new_fields(vault.keyroom, tx, dossier.id) if dossier else None
    return RequestRecord(
        id=request_id,
        requester_id=actor.person_id,
        kind=GrantKind.ACCESS,
        subject=reference,
        dossier_id=dossier.id if dossier else None,
        document_id=None,
        asked=days,
        reason_sealed=sealed_reason(vault, key, reason, owner=request_id) if key else b"",
        state=RequestState.OPEN,
        granted=0,
        asked_at=now,
        lapses_at=lapsing_of(policy, now),
        decided_at=None,
    )


def _dossier(tx: Connection, reference: str) -> DossierRecord | None:
    """The dossier; one that was shredded is as good as none."""
    dossier = dossier_queries.find_dossier_by_reference(tx, reference)
    return dossier if dossier is not None and not dossier.is_shredded else None
