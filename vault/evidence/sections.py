"""The facts of a pack in the order in which a court asks for them: plain values, as ``pack.json`` holds them.

Each item names the entry that it rests on (``index``). Nothing is concluded here: that is for the reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vault.evidence.damage import Damage
from vault.evidence.gathering import LOANS, Gathered, teams_of
from vault.evidence.views import EvidencedView
from vault.ledger.events import Event, Outcome
from vault.ledger.recorder import instant
from vault.place import further_evidence
from vault.trail.rows import TrailRow

Item = dict[str, Any]
SECRECY = frozenset({Event.DOSSIER_CREATED, Event.DOSSIER_RECLASSIFIED, Event.HOLD_PLACED, Event.HOLD_LIFTED})
KNOWLEDGE = frozenset(
    {Event.AGREEMENT_PUBLISHED, Event.AGREEMENT_WITHDRAWN, Event.AGREEMENT_ACCEPTED, Event.AGREEMENT_DECLINED}
)
HANDOVERS = frozenset(
    {Event.HANDOVER_PROPOSED, Event.HANDOVER_CONFIRMED, Event.HANDOVER_DECLINED, Event.HANDOVER_FINISHED}
)
DUTIES = frozenset(
    {
        Event.DOSSIER_ASSIGNED,
        Event.DOSSIER_UNASSIGNED,
        Event.DOSSIER_LENT,
        Event.DOSSIER_RETURNED,
        Event.TEAM_JOINED,
        Event.TEAM_LEFT,
        Event.LEAVING_ANNOUNCED,
        Event.LEAVING_CHANGED,
        Event.LEAVING_CANCELLED,
        Event.LEAVING_ENDED,
        Event.TEAM_CHANGED,
        *HANDOVERS,
    }
)
IDENTITY = frozenset(
    {
        Event.SESSION_OPENED,
        Event.SESSION_REFUSED,
        Event.SESSION_ENDED,
        Event.PERSON_CREATED,
        Event.PERSON_CHANGED,
        Event.PERSON_SUSPENDED,
        Event.PERSON_RESTORED,
        Event.PERSON_PASSWORD_CHANGED,
        Event.PERSON_LINKED,
        Event.PERSON_UNLINKED,
    }
)
REQUESTS = frozenset(
    {
        Event.REQUEST_MADE,
        Event.REQUEST_DECIDED,
        Event.REQUEST_WITHDRAWN,
        Event.DELEGATION_GIVEN,
        Event.DELEGATION_ENDED,
        Event.GRANT_GIVEN,
        Event.GRANT_ENDED,
        Event.GRANT_REVOKED,
        Event.COPY_PREPARED,
        Event.COPY_RELEASED,
        Event.COPY_DELIVERED,
        Event.COPY_FAILED,
        Event.EMERGENCY_OPENED,
        Event.EMERGENCY_REVIEWED,
    }
)
KEEPING = frozenset(
    {
        Event.DOSSIER_RESEALED,
        Event.DOSSIER_SHREDDED,
        Event.KEY_CREATED,
        Event.KEY_STATE_CHANGED,
        Event.KEY_REWRAPPED,
        Event.ROOT_MOVED,
        Event.OPERATION_REQUESTED,
        Event.OPERATION_APPROVED,
        Event.OPERATION_CANCELLED,
        Event.OPERATION_FINISHED,
        Event.RECOVERY_PREPARED,
        Event.RECOVERY_USED,
        Event.TRAIL_KEY_ROTATED,
    }
)
ORDER = ("secrecy", "policy", "knowledge", "duties", "identity", "views", "requests", "refusals", "keeping", "damage")


def sections_of(gathered: Gathered, views: Iterable[EvidencedView], *, person_id: str) -> dict[str, list[Item]]:
    """Items by section, in :data:`ORDER`. ``person_id`` is '' in the pack of a document."""
    everything = gathered.everything
    done = [row for row in everything if row.outcome is Outcome.SUCCESS]
    failed = [row for row in everything if row.event is Event.COPY_FAILED]
    denied = [row for row in gathered.own if row.outcome is Outcome.DENIED and row.event is not Event.SESSION_REFUSED]
    sections = {
        "secrecy": _items(done, SECRECY),
        "policy": _items(done, {Event.POLICY_APPLIED, Event.POLICY_CHANGED}),
        "knowledge": _items(done, KNOWLEDGE),
        "duties": _items(_of_person(done, person_id) if person_id else done, DUTIES),
        "identity": [item_of(row) for row in everything if row.event in IDENTITY and person_id],
        "views": [view_item(view) for view in views],
        "requests": _items(_by_index([*done, *failed]), REQUESTS),
        "refusals": [item_of(row) for row in denied],
        "keeping": _items(done, KEEPING),
        "damage": [_damage_item(row, gathered.damage) for row in _by_index(gathered.damage.rows)],
    }
    for item in (each for items in sections.values() for each in items):
        team = str(item.get("details", {}).get("team", ""))
        if team in gathered.team_names:
            item["team"] = {"id": team, "name": gathered.team_names[team]}
    return sections


def _of_person(rows: list[TrailRow], person_id: str) -> list[TrailRow]:
    """Their own, what was lent to their teams, and all steps of a hand-over from them or to them."""
    teams = teams_of(rows, person_id)
    handed = {row.details.get("handover") for row in rows if row.event in HANDOVERS and row.subject_id == person_id}
    return [
        row
        for row in rows
        if row.subject_id == person_id
        or (row.event in {*LOANS, Event.TEAM_CHANGED} and row.details.get("team") in teams)
        or (row.event in HANDOVERS and row.details.get("handover") in handed)
    ]


def item_of(row: TrailRow) -> Item:
    """One entry as it stands, with the personal values that could be opened."""
    item: Item = {
        "index": row.index,
        "event": row.event.value if row.event else "",
        "outcome": row.outcome.value if row.outcome else "",
        "time": instant(row.time),
        "code": row.code,
        "actor": _person(row.actor_id, row.actor_name, row.actor_staff_number),
        "subject": _person(row.subject_id, row.subject_name, row.subject_staff_number),
        "session": row.session_id,
        "dossier": _present({"id": row.dossier_id, "reference": row.dossier_reference}),
        "document": row.document_id,
        "version": row.version_id,
        "view": row.view_id,
        "request": row.request_id,
        "place": _place(row),
        "reason": _reason(row),
        "policy": row.policy,
        "details": dict(row.details),
        "hidden": row.hidden,
    }
    return {name: value for name, value in item.items() if value not in ("", {})}


def view_item(view: EvidencedView) -> Item:
    """One view with all that followed from it."""
    item = item_of(view.opened)
    item["policy"] = view.opened.policy or "0"
    item["is_keyed"] = view.is_keyed
    item["pages"] = [{"page": page, "time": instant(at)} for page, at in view.pages]
    item["texts"] = [{"page": page, "time": instant(at)} for page, at in view.texts]
    item["mark"] = list(view.mark)
    item["accepted"] = [
        {
            "agreement": each.agreement_id,
            "version": each.version,
            "hash": each.content_hash,
            "time": instant(each.at),
            "index": each.index,
        }
        for each in view.accepted
    ]
    if view.end is not None:
        item["ended"] = {"index": view.end.index, "time": instant(view.end.time), "code": view.end.code}
    item["is_returned"] = view.is_returned
    return item


def _damage_item(row: TrailRow, damage: Damage) -> Item:
    """Of what was found tampered with, whether somebody answers for it: by the entry that says so, None if nobody."""
    item = item_of(row)
    return item | {"acknowledged": damage.answered.get(row.index)} if row.event is Event.OBJECT_TAMPERED else item


def standing_of(damage: Damage) -> Item:
    """How the trail stood below the checkpoint: the verification that counts, and what here nobody answers for."""
    standing: Item = {"tampered": len(damage.tampered), "unacknowledged": damage.unanswered}
    verified = damage.verified
    if verified is not None:
        standing["verified"] = {
            "index": verified.index,
            "time": instant(verified.at),
            "size": verified.size,
            "findings": verified.findings,
            "acknowledged": verified.acknowledged,
            "are_values_opened": verified.are_values_opened,
        }
    return standing


def _by_index(rows: Iterable[TrailRow]) -> list[TrailRow]:
    return sorted(rows, key=lambda row: row.index)


def _items(rows: Iterable[TrailRow], events: Iterable[Event]) -> list[Item]:
    wanted = frozenset(events)
    return [item_of(row) for row in rows if row.event in wanted]


def _person(person_id: str, name: str, staff_number: str) -> dict[str, str]:
    return _present({"id": person_id, "name": name, "staff_number": staff_number})


def _place(row: TrailRow) -> dict[str, str]:
    if row.place is None:
        return {}
    place = row.place
    known_by = {"address": place.address, "known_by": place.source.value}
    named = {"zone": place.zone, "declared": place.declared, "proxy": place.trusted_proxy}
    return _present({**known_by, **named, **further_evidence(place)})


def _reason(row: TrailRow) -> dict[str, str]:
    if row.reason is None:
        return {}
    return _present({"category": row.reason.category.value, "text": row.reason.text, "case": row.reason.case_number})


def _present(members: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in members.items() if value}
