"""An entry as one line of OCSF 1.6 JSON (schema.ocsf.io).

Each class gets the attributes that the schema requires of it. What the schema has no place for stands in ``unmapped``:
the trail's index and leaf hash, ids, code, details. ``metadata.uid`` is the entry's id and ``metadata.sequence`` its
index, so that what was sent twice is recognised. Characters that could harm are escaped, and nothing is lost.
"""

from __future__ import annotations

import ipaddress
import json
from typing import Any

from vault.feed.characters import visible
from vault.feed.entry import FeedEntry, Party, milliseconds
from vault.feed.meanings import Meaning, OcsfClass, meaning_of
from vault.feed.product import PRODUCT, SERVICE, VENDOR, Source
from vault.ledger.events import Outcome
from vault.model import Place
from vault.place import parse_address

SCHEMA_VERSION = "1.6.0"
_CATEGORIES = {2: "Findings", 3: "Identity & Access Management", 6: "Application Activity"}
_SUCCESS, _FAILURE = (1, "Success"), (2, "Failure")
_NEW, _RESOLVED = (1, "New"), (4, "Resolved")
_USER, _REGULAR_FILE = 1, 1
_UNKNOWN = "unknown"
_WITH_HOST_PROFILE = frozenset(
    {OcsfClass.ENTITY_MANAGEMENT, OcsfClass.USER_ACCESS_MANAGEMENT, OcsfClass.APPLICATION_LIFECYCLE}
)
"""Classes that have an actor by that profile only."""

Json = dict[str, Any]


def ocsf_line(entry: FeedEntry, *, source: Source) -> str:
    """The event as one line without its end: UTF-8, no spaces between tokens."""
    text = json.dumps(ocsf_event(entry, source=source), ensure_ascii=False, separators=(",", ":"))
    return visible(text, spelled=_json_escape)


def ocsf_event(entry: FeedEntry, *, source: Source) -> Json:
    """The event as an object."""
    meaning = meaning_of(entry.event, code=entry.code)
    ocsf_class = meaning.ocsf_class
    category = ocsf_class.value // 1000
    severity = meaning.severity_of(entry.outcome)
    status_id, status = _status(meaning, entry.outcome)
    return _present(
        {
            "class_uid": ocsf_class.value,
            "class_name": ocsf_class.caption,
            "category_uid": category,
            "category_name": _CATEGORIES[category],
            "activity_id": meaning.activity_id,
            "activity_name": meaning.activity_name,
            "type_uid": meaning.type_uid,
            "type_name": f"{ocsf_class.caption}: {meaning.activity_name}",
            "time": milliseconds(entry.time),
            "severity_id": severity.value,
            "severity": severity.name.title(),
            "status_id": status_id,
            "status": status,
            "status_code": entry.code,
            "message": entry.event.sentence,
            "metadata": _metadata(entry, ocsf_class, source),
            **_of_class(entry, meaning, source),
            "unmapped": _unmapped(entry),
        }
    )


def _metadata(entry: FeedEntry, ocsf_class: OcsfClass, source: Source) -> Json:
    return _present(
        {
            "version": SCHEMA_VERSION,
            "product": _product(source),
            "profiles": ["host"] if ocsf_class in _WITH_HOST_PROFILE else None,
            "uid": entry.entry_id,
            "event_code": entry.event.value,
            "sequence": entry.index,
            "logged_time": milliseconds(entry.logged),
            "log_name": source.origin,
            "log_provider": entry.node or source.node,
        }
    )


def _unmapped(entry: FeedEntry) -> Json:
    ids = {name: getattr(entry, name) for name in ("dossier", "document", "version", "view", "request", "intent")}
    return {
        "index": entry.index,
        "leaf_hash": entry.leaf_hash,
        "outcome": entry.outcome.value,
        **_present({**ids, "hidden": entry.hidden, "details": dict(entry.details)}),
    }


def _of_class(entry: FeedEntry, meaning: Meaning, source: Source) -> Json:
    """What this class has and others have not."""
    by_whom: Json = {"actor": _actor(entry), "src_endpoint": _endpoint(entry, source)}
    match meaning.ocsf_class:
        case OcsfClass.FILE_HOSTING_ACTIVITY:
            return {**by_whom, "file": _file(entry)}
        case OcsfClass.AUTHENTICATION:
            session = {"uid": entry.session} if entry.session else None
            return {**by_whom, "user": _affected(entry), "service": {"name": SERVICE}, "session": session}
        case OcsfClass.ACCOUNT_CHANGE:
            return {**by_whom, "user": _affected(entry)}
        case OcsfClass.USER_ACCESS_MANAGEMENT:
            privileges = [str(entry.details.get("duty", _UNKNOWN))]
            resources = [{"uid": entry.dossier, "type": "dossier"}] if entry.dossier else None
            return {**by_whom, "user": _affected(entry), "privileges": privileges, "resources": resources}
        case OcsfClass.ENTITY_MANAGEMENT:
            return {**by_whom, "entity": _entity(entry, meaning.entity)}
        case OcsfClass.APPLICATION_LIFECYCLE:
            return {**by_whom, "app": _product(source)}
        case OcsfClass.API_ACTIVITY:
            return {**by_whom, "api": {"operation": entry.event.value, "service": {"name": SERVICE}}}
        case OcsfClass.DETECTION_FINDING:
            finding = {"uid": entry.entry_id or f"entry {entry.index}", "title": entry.event.sentence}
            return {
                "finding_info": finding,
                "evidences": [by_whom],
                "resources": _resources(entry),
                "is_alert": _status(meaning, entry.outcome) == _NEW,
            }


def _status(meaning: Meaning, outcome: Outcome) -> tuple[int, str]:
    """Findings have states of their own: a finding is new or resolved, it does not succeed."""
    if meaning.ocsf_class is OcsfClass.DETECTION_FINDING:
        return _RESOLVED if meaning.activity_name == "Close" else _NEW
    return _SUCCESS if outcome is Outcome.SUCCESS else _FAILURE


def _product(source: Source) -> Json:
    return {"name": PRODUCT, "vendor_name": VENDOR, "version": source.version}


def _actor(entry: FeedEntry) -> Json:
    """The person, or the vault itself where nobody acted."""
    session = {"session": {"uid": entry.session}} if entry.session else {}
    return {"user": _user(entry.actor), **session} if entry.actor else {"app_name": SERVICE, **session}


def _affected(entry: FeedEntry) -> Json:
    """Whom it happened to; without another that is who did it."""
    party = entry.subject or entry.actor
    return _user(party) if party else {"name": _UNKNOWN, "type_id": 0}


def _user(party: Party) -> Json:
    return _present({"uid": party.uid, "name": party.login, "uid_alt": party.handle, "type_id": _USER})


def _endpoint(entry: FeedEntry, source: Source) -> Json:
    """Where it came from; where that is not told, the service of the node that recorded it."""
    if entry.place is None:
        return {"svc_name": SERVICE, "name": entry.node or source.node}
    place = entry.place
    where = {"ip": place.address} if parse_address(place.address) else {"name": place.address or _UNKNOWN}
    return _present({**where, "zone": place.zone, "location": _location(place), "intermediate_ips": _proxies(place)})


def _location(place: Place) -> Json | None:
    return {"desc": place.declared} if place.declared else None


def _proxies(place: Place) -> list[str] | None:
    try:
        return [str(ipaddress.ip_address(place.trusted_proxy))]
    except ValueError:
        return None


def _file(entry: FeedEntry) -> Json:
    """A document has no name that may be told, so its id stands there as well."""
    name = entry.document or _UNKNOWN
    return _present({"name": name, "uid": entry.document, "type_id": _REGULAR_FILE, "version": entry.version})


def _entity(entry: FeedEntry, kind: str) -> Json:
    details = entry.details
    uid = {
        "dossier": entry.dossier,
        "request": entry.request,
        "operation": details.get("operation", ""),
        "hold": details.get("hold", ""),
        "key": details.get("ring", ""),
        "agreement": details.get("agreement", ""),
        "erasure": details.get("erasure", ""),
        "feed": details.get("feed", ""),
    }.get(kind, "")
    return {"type": kind, "uid": str(uid or kind)}


def _resources(entry: FeedEntry) -> list[Json] | None:
    ids = (("dossier", entry.dossier), ("document", entry.document), ("view", entry.view))
    return [{"type": kind, "uid": uid} for kind, uid in ids if uid] or None


def _present(members: Json) -> Json:
    return {name: value for name, value in members.items() if value not in (None, "", {}, [])}


def _json_escape(character: str) -> str:
    r"""``\u202e``, as two of them beyond the basic plane (RFC 8259, section 7)."""
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
