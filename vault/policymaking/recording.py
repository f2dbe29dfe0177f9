"""What the trail says of a proposal: its version, the digest of the policy, and each field, old and new.

Those are figures and choices of the company and stand readable in the leaf for ever. The note is somebody's words and
becomes a sealed reason like any other.
"""

from __future__ import annotations

from vault.database.policy_queries import ProposalRecord
from vault.ledger.entry import Entry
from vault.ledger.events import Event
from vault.model import Actor, Reason
from vault.policy.document import Policy, policy_digest
from vault.policy.fields import changes_between, written
from vault.recording import done_by

MOST_CHANGES = 100
MOST_CHARACTERS = 120
ARROW = " -> "


def proposal_entry(
    actor: Actor,
    event: Event,
    proposal: ProposalRecord,
    *,
    old: Policy | None = None,
    reason: Reason | None = None,
    version: int | None = None,
    code: str = "",
) -> Entry:
    """The entry; ``old`` where what it changes is to be said."""
    facts = facts_of(proposal, old=old, version=version)
    subject = proposal.proposed_by if proposal.proposed_by != actor.person_id else None
    return done_by(actor, event, reason=reason, code=code, subject_person=subject, details=facts)


def facts_of(
    proposal: ProposalRecord, *, old: Policy | None = None, version: int | None = None
) -> dict[str, str | int]:
    """Details of a leaf: ``change.views`` is ``3 -> 5``; a long value is cut, ``digest`` is over all of them."""
    facts: dict[str, str | int] = {
        "proposal": proposal.id,
        "base": proposal.base_version,
        "digest": policy_digest(proposal.policy),
    }
    if version is not None:
        facts["version"] = version
    if old is None:
        return facts
    changes = changes_between(old, proposal.policy)
    facts["changes"] = len(changes)
    for change in changes[:MOST_CHANGES]:
        facts[f"change.{change.field.path}"] = ARROW.join(_short(value) for value in (change.old, change.new))
    return facts


def _short(value: object) -> str:
    text = written(value).replace("\n", ", ") or "-"
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"
