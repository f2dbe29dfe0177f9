"""Acts that give points in a small company, by the real use cases; and the alerts that came of them."""

from __future__ import annotations

import contextlib

from tests.company import REASON, Company, set_policy
from vault.access.opening import open_view
from vault.alerts.scoring import score_once
from vault.database import alert_queries
from vault.database.alert_queries import AlertRecord, AlertState
from vault.database.engine import reading
from vault.errors import NotFound
from vault.model import Actor, new_id
from vault.policy.alert_terms import AlertPolicy
from vault.policy.document import Policy

EVERY_LOOK = AlertPolicy(looks=("1:5",), least_looks_above=0, settling_days=0)
"""Every document opened is an alert."""


def try_unknown(company: Company, actor: Actor, *, times: int) -> None:
    """Asks for documents that are none of theirs: by ids that are none."""
    for _time in range(times):
        with contextlib.suppress(NotFound):
            open_view(
                company.vault,
                actor,
                document_id=new_id("f", company.vault.random),
                reason=REASON,
                declared_place="",
                idempotency_key=company.vault.random(8).hex(),
            )


def score_all(company: Company) -> None:
    """Sequences what waits and scores until nothing is left."""
    company.sequence()
    while score_once(company.vault):
        pass
    company.sequence()


def alerts_of(company: Company) -> list[AlertRecord]:
    with reading(company.vault.engine) as tx:
        return [each for state in AlertState for each in alert_queries.list_alerts(tx, state, limit=100)]


def raised(company: Company, *, login: str = "borrower") -> AlertRecord:
    """An alert about somebody who asked for three documents outside their assignments."""
    try_unknown(company, company.signed_in(login), times=3)
    score_all(company)
    (alert,) = [each for each in alerts_of(company) if each.person_id == company.ids[login]]
    return alert


def with_terms(company: Company, terms: AlertPolicy) -> None:
    set_policy(company, Policy(alerts=terms))
