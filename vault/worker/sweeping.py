"""The sweep: whatever time or a crash has left behind is ended, returned or collected, each with its trail entry.

Every step looks at state, changes it conditionally and may be run by any number of nodes at once; killed anywhere, the
next sweep goes on. Nothing here needs unsealed keys.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

from vault.access.closing import CUT_OFF, EndCause, close_views, fail_view
from vault.database import (
    day_queries,
    document_queries,
    export_queries,
    key_queries,
    people_queries,
    resealing_queries,
    sweeping_queries,
    view_queries,
)
from vault.database.engine import Connection, reading, transaction
from vault.grants.copies import forget_passwords, return_cut_off
from vault.grants.ending import end_outdated_grants
from vault.leaving.ending import end_leavings
from vault.people.signing_in import end_sessions_of
from vault.policymaking.lapsing import lapse_proposals
from vault.requests.delegating import settle_delegations
from vault.requests.drafts import forget_drafts
from vault.requests.lapsing import lapse_requests
from vault.runtime import Vault
from vault.storage.port import ObjectKey
from vault.trail.exports.expiring import end_exports

BATCH = 200
UNKEYED_SECONDS = 60
"""An opening that has no key after this long was cut off; its process is gone or its answer lost."""
UPLOAD_GRACE_HOURS = 6
RETIRED_GRACE_MINUTES = 60
"""A resealed object stays for this long: somebody may have read its row, and is about to read it or to bind a view."""
OBJECT_GRACE_HOURS = 24
"""An object in the store that no row knows is left alone for this long: a put may be under way somewhere."""
DAYS_KEPT = 7
"""What was counted on a day is of no use when it is over; a view that is returned later still finds its day."""
OWN_PREFIXES = ("o/", "e/", "probe/")
"""Documents, exports, and what a probe that was killed has left."""
HIGH_WATER_FACT = "clock_high_water"


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What one sweep did, in numbers."""

    views_expired: int
    views_returned: int
    copies_returned: int
    sessions_ended: int
    requests_lapsed: int
    delegations_settled: int
    proposals_lapsed: int
    grants_ended: int
    objects_removed: int
    uploads_forgotten: int
    exports_ended: int
    days_forgotten: int
    leavings_ended: int
    words_forgotten: int
    """Drafts that nobody sent, and passwords of copies whose time is over."""

    @property
    def did_something(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


def sweep(vault: Vault) -> SweepReport:
    """One pass over everything."""
    return SweepReport(
        views_expired=_end_expired_views(vault),
        views_returned=_return_unkeyed_views(vault),
        copies_returned=return_cut_off(vault),
        sessions_ended=_end_outdated_sessions(vault),
        requests_lapsed=_lapse_requests(vault),
        delegations_settled=_settle_delegations(vault),
        proposals_lapsed=lapse_proposals(vault),
        grants_ended=end_outdated_grants(vault),
        objects_removed=_remove_garbage(vault),
        uploads_forgotten=_forget_abandoned_uploads(vault),
        exports_ended=end_exports(vault),
        days_forgotten=_forget_days(vault),
        leavings_ended=end_leavings(vault),
        words_forgotten=forget_drafts(vault) + forget_passwords(vault),
    )


def keep_high_water_mark(vault: Vault) -> None:
    """Stores the time, so that a clock set back across a restart is noticed (SteadyClock's floor)."""
    with transaction(vault.engine) as tx:
        stored = key_queries.read_fact(tx, HIGH_WATER_FACT)
        now = vault.clock.now()
        if stored is None or dt.datetime.fromisoformat(stored) < now:
            key_queries.write_fact(tx, HIGH_WATER_FACT, now.isoformat())


def remove_unknown_objects(vault: Vault) -> list[ObjectKey]:
    """Removes objects older than the grace that no row knows; their keys. Reads the rows before and after listing.

    Looks only where the vault puts objects: a bucket without a prefix may hold what is somebody else's. The probe comes
    first: it clears away what killed puts left unfinished, and nothing is taken from a store that does not answer well.
    """
    vault.store.probe()
    with reading(vault.engine) as tx:
        known = _known_object_keys(tx)
    oldest = vault.clock.now() - dt.timedelta(hours=OBJECT_GRACE_HOURS)
    listed = itertools.chain.from_iterable(vault.store.list_objects(prefix) for prefix in OWN_PREFIXES)
    candidates = [each.key for each in listed if each.key not in known and each.modified < oldest]
    with reading(vault.engine) as tx:
        known = _known_object_keys(tx)
    removed = [key for key in candidates if key not in known]
    for key in removed:
        vault.store.delete(key)
    return removed


def _known_object_keys(tx: Connection) -> set[str]:
    return document_queries.known_object_keys(tx) | export_queries.known_object_keys(tx)


def _end_expired_views(vault: Vault) -> int:
    with transaction(vault.engine) as tx:
        expired = view_queries.expired_views(tx, now=vault.clock.now(), limit=BATCH)
        return close_views(vault, tx, expired, cause=EndCause.EXPIRED)


def _return_unkeyed_views(vault: Vault) -> int:
    before = vault.clock.now() - dt.timedelta(seconds=UNKEYED_SECONDS)
    with transaction(vault.engine) as tx:
        cut_off = view_queries.unkeyed_views(tx, opened_before=before, limit=BATCH)
        for view in cut_off:
            fail_view(vault, tx, view, code=CUT_OFF, actor=None)
        return len(cut_off)


def _end_outdated_sessions(vault: Vault) -> int:
    now = vault.clock.now()
    idle_before = now - dt.timedelta(minutes=vault.config.sessions.idle_minutes)
    with transaction(vault.engine) as tx:
        outdated = people_queries.outdated_sessions(tx, now=now, idle_before=idle_before, limit=BATCH)
        for session in outdated:
            end_sessions_of(vault, tx, None, person_id=session.person_id, cause="expired", only=session.id)
        return len(outdated)


def _lapse_requests(vault: Vault) -> int:
    with transaction(vault.engine) as tx:
        return lapse_requests(vault, tx)


def _settle_delegations(vault: Vault) -> int:
    with transaction(vault.engine) as tx:
        return settle_delegations(vault, tx)


def _remove_garbage(vault: Vault) -> int:
    """(1) marked, so that it cannot go live any more   (2) out of the store   (3) its row"""
    now = vault.clock.now()
    with transaction(vault.engine) as tx:
        sweeping_queries.discard_stale_objects(tx, before=now - dt.timedelta(hours=UPLOAD_GRACE_HOURS))
        resealing_queries.discard_retired_objects(tx, before=now - dt.timedelta(minutes=RETIRED_GRACE_MINUTES))
        garbage = sweeping_queries.garbage_keys(tx, limit=BATCH)
    for key in garbage:
        vault.store.delete(ObjectKey(key))
        with transaction(vault.engine) as tx:
            sweeping_queries.forget_object(tx, key)
    return len(garbage)


def _forget_days(vault: Vault) -> int:
    before = (vault.clock.now() - dt.timedelta(days=DAYS_KEPT)).date().isoformat()
    with transaction(vault.engine) as tx:
        return day_queries.forget_days(tx, before=before)


def _forget_abandoned_uploads(vault: Vault) -> int:
    """Intents whose objects are gone; one that somebody took up again meanwhile stays."""
    before = vault.clock.now() - dt.timedelta(hours=UPLOAD_GRACE_HOURS)
    with transaction(vault.engine) as tx:
        return sum(
            sweeping_queries.forget_version(tx, version)
            for version in sweeping_queries.abandoned_versions(tx, before=before)
        )
