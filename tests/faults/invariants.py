"""What must hold of a vault at any time, after any fault, once it was opened again and swept (reliability I1 to I10).

::

    I1   every live row has its object, with the stored size and digest
    I2   every object belongs to a row: live, pending within its grace, or garbage that the sweep removes
    I3   no plaintext at rest
    I4   every wrap record opens, and what lies under it
    I5   as many pages were recorded as were counted, and all that were delivered
    I6   used quota is opened minus returned, and never more than allowed
    I7   the trail verifies, says what the rows say, and has every acknowledged operation
    I9   the same content is one document of a dossier
    I10  a version is in a state that its objects bear out; no half document opens

I8 (nothing after a revocation) is about the order of things and has tests of its own.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tests.faults.at_rest import plaintext_at_rest
from tests.faults.opened import Contents, open_everything
from tests.faults.trail_facts import HOLDS_PAGES, differences, facts_of_trail
from vault.custody.keyroom import ServiceKey
from vault.database import document_queries
from vault.database.document_queries import ObjectPart, ObjectState, VersionState
from vault.database.engine import Connection, reading
from vault.database.policy_queries import policy_in_force
from vault.database.tables.dossiers import document_versions, documents, dossiers, filed_contents
from vault.database.tables.views import view_quotas, views
from vault.errors import TamperError
from vault.ledger.audit import verify_ledger
from vault.ledger.events import Event
from vault.model import Classification
from vault.policy.limits import limits_for
from vault.runtime import Vault
from vault.sealing.envelope import verify_stored
from vault.storage.port import ObjectKey
from vault.worker.sweeping import OBJECT_GRACE_HOURS

_STANDS = {*HOLDS_PAGES, VersionState.STORED, VersionState.CONVERTING}
_HOLDS_ORIGINAL = {*_STANDS, VersionState.QUARANTINED}


@dataclass(frozen=True)
class Acknowledged:
    """An operation whose caller was told that it is done: the event that must stand in the trail, and about what."""

    event: Event
    subject: str


def check_invariants(
    vault: Vault,
    *,
    spool: Path,
    logs: Iterable[Path] = (),
    canaries: Iterable[bytes] = (),
    acknowledged: Iterable[Acknowledged] = (),
) -> None:
    """Fails with every violation. The vault is unsealed, swept, and alone with its database and store."""
    violations = list(violations_of(vault, spool=spool, logs=logs, canaries=canaries, acknowledged=acknowledged))
    assert not violations, "\n".join(violations)


def violations_of(
    vault: Vault,
    *,
    spool: Path,
    logs: Iterable[Path] = (),
    canaries: Iterable[bytes] = (),
    acknowledged: Iterable[Acknowledged] = (),
) -> Iterator[str]:
    """Each violation in words, its rule's number first."""
    contents = open_everything(vault)
    yield from contents.faults  # I4
    with reading(vault.engine) as tx:
        yield from _objects(vault, tx)  # I1, I2
        yield from _quotas(vault, tx)  # I6
        yield from _trail(vault, tx)  # I7
        facts = facts_of_trail(tx)
        yield from differences(tx, facts)  # I5, I7
        yield from _states(tx, contents)  # I10
        yield from _contents(tx, contents)  # I9
        yield from _ended_views(tx)  # I4
    for each, times in Counter(acknowledged).items():
        if facts.about(each.event, each.subject) < times:
            yield f"I7 {each.event.value} of {each.subject} was acknowledged {times} times and is not in the trail"
    yield from plaintext_at_rest(vault, spool=spool, logs=logs, canaries=canaries)  # I3


def _objects(vault: Vault, tx: Connection) -> Iterator[str]:
    stored = {found.key for found in vault.store.list_objects("o/")}  # probes and manifests are of another kind
    rows = {row.object_key: row for row in document_queries.list_objects(tx)}
    oldest = vault.clock.now() - dt.timedelta(hours=OBJECT_GRACE_HOURS)
    for key in sorted(stored - rows.keys()):
        yield f"I2 object {key} is known to no row"
    for row in rows.values():
        if row.state is ObjectState.LIVE:
            key = ObjectKey(row.object_key)
            try:
                verify_stored(vault.store, key, expected_bytes=row.sealed_bytes, expected_sha256=row.sha256)
            except TamperError as error:
                yield f"I1 object {key} is live and wrong: {error.code}"
        elif row.created_at < oldest:
            yield f"I2 object {row.object_key} is {row.state.value} and older than its grace"


def _quotas(vault: Vault, tx: Connection) -> Iterator[str]:
    taken: Counter[tuple[str, str, int]] = Counter()
    for view in tx.execute(sa.select(views).where(views.c.claim_returned.is_(False))):
        taken[(view.person_id, view.document_id, view.quota_version)] += 1
    query = sa.select(documents.c.id, dossiers.c.classification).join(dossiers, dossiers.c.id == documents.c.dossier_id)
    classes = {row.id: Classification(row.classification) for row in tx.execute(query)}
    for quota in tx.execute(sa.select(view_quotas)):
        key = (quota.person_id, quota.document_id, quota.version_number)
        allowed = limits_for(policy_in_force(tx).policy, classes[quota.document_id]).views + quota.granted
        opened = taken.pop(key, 0)
        if quota.used != opened:
            yield f"I6 quota {key} says {quota.used} used, but {opened} were opened and not returned"
        if not 0 <= quota.used <= allowed:
            yield f"I6 quota {key} has {quota.used} used of {allowed}"
    for key in taken:
        yield f"I6 views of {key} were taken from no quota"


def _trail(vault: Vault, tx: Connection) -> Iterator[str]:
    key = vault.keyroom.service_key(ServiceKey.TRAIL_READING)
    for finding in verify_ledger(tx, now=vault.clock.now(), reading_key=key).findings:
        yield f"I7 {finding.check} at {finding.position} {finding.detail}"


def _states(tx: Connection, contents: Contents) -> Iterator[str]:
    """A version and its objects agree; what a document opens is live."""
    objects = defaultdict(set)
    for row in document_queries.list_objects(tx, ObjectState.LIVE):
        objects[row.version_id].add(row.part)
    for version in tx.execute(sa.select(document_versions)):
        state, parts = VersionState(version.state), {part.value for part in objects[version.id]}
        if (ObjectPart.PAGES.value in parts) != (state in HOLDS_PAGES):
            yield f"I10 version {version.id} is {state.value} and its live objects are {parts}"
        if (ObjectPart.ORIGINAL.value in parts) != (state in _HOLDS_ORIGINAL) and state is not VersionState.REFUSED:
            yield f"I10 version {version.id} is {state.value} and its live objects are {parts}"
        if state in HOLDS_PAGES and contents.pages.get(version.id) != version.page_count:
            yield f"I10 version {version.id} says {version.page_count} pages, it has {contents.pages.get(version.id)}"
    for document in tx.execute(sa.select(documents).where(documents.c.current_version.is_not(None))):
        current = document_queries.version_of_document(tx, document.id, document.current_version)
        if current is None or current.state is not VersionState.LIVE:
            yield f"I10 the current version of document {document.id} is not live"


def _contents(tx: Connection, contents: Contents) -> Iterator[str]:
    """Told by the plaintext itself, not by what the rows claim of it."""
    claimed = set(tx.execute(sa.select(filed_contents.c.version_id)).scalars())
    standing: Counter[tuple[str, bytes]] = Counter()
    for version in tx.execute(sa.select(document_versions)):
        if VersionState(version.state) in _STANDS:
            standing.update([contents.originals[version.id]] if version.id in contents.originals else [])
            if version.id not in claimed:
                yield f"I9 version {version.id} stands without its content claimed"
    for (dossier_id, _digest), times in standing.items():
        if times > 1:
            yield f"I9 the same content stands {times} times in dossier {dossier_id}"


def _ended_views(tx: Connection) -> Iterator[str]:
    left = sa.select(views.c.id).where(views.c.ended_at.is_not(None), views.c.wrapped_key.is_not(None))
    for view_id in tx.execute(left).scalars():
        yield f"I4 view {view_id} has ended and still has its key"
