"""Whether the parts that the vault needs answer now, quickly and without changing anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from vault.alerts.scoring import MOST_LATE_SECONDS, lateness_seconds
from vault.anchors.standing import load_anchors
from vault.database import ledger_reading, notice_queries
from vault.database.engine import reading
from vault.database.migrating import check_schema
from vault.errors import VaultError
from vault.feed.showing import list_standings
from vault.ledger import backlog
from vault.runtime import Vault
from vault.trail.condition import load_condition

MAIL_LATE = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part: ``detail`` is for operators and names no contents."""

    name: str
    ok: bool
    detail: str = ""
    is_vital: bool = True
    """Whether the vault is out of order without it; else somebody is to look, and requests go on being served."""


@dataclass(frozen=True, slots=True)
class HealthReport:
    parts: tuple[PartHealth, ...]

    @property
    def ok(self) -> bool:
        return all(part.ok for part in self.parts if part.is_vital)


def check_health(vault: Vault) -> HealthReport:
    """Database and its version, store, keys, trail, checkpoints, feeds, mail, anchors, alerts, places.

    Takes no longer than the slowest part's own limit.
    """
    return HealthReport(
        (
            _ask("database", lambda: _database(vault)),
            _ask("store", lambda: _store(vault)),
            PartHealth("keys", not vault.is_sealed, "sealed" if vault.is_sealed else "unsealed"),
            _ask("trail", lambda: _trail(vault)),
            replace(_ask("checkpoints", lambda: _checkpoints(vault)), is_vital=False),
            replace(_ask("feeds", lambda: _feeds(vault)), is_vital=False),
            replace(_ask("mail", lambda: _mail(vault)), is_vital=False),
            replace(_ask("anchors", lambda: _anchors(vault)), is_vital=False),
            replace(_ask("alerts", lambda: _alerts(vault)), is_vital=False),
            replace(_ask("places", lambda: vault.geography.check(now=vault.clock.now())), is_vital=False),
        )
    )


def _ask(name: str, question: Callable[[], str]) -> PartHealth:
    try:
        return PartHealth(name, ok=True, detail=question())
    except VaultError as error:
        return PartHealth(name, ok=False, detail=error.code)


def _database(vault: Vault) -> str:
    check_schema(vault.engine)
    return str(vault.engine.dialect.name)


def _store(vault: Vault) -> str:
    next(iter(vault.store.list_objects("o/")), None)
    return ""


def _trail(vault: Vault) -> str:
    with reading(vault.engine) as tx:
        waiting = ledger_reading.count_waiting(tx)
        backlog.require_written(tx)
    return f"{waiting} waiting"


def _checkpoints(vault: Vault) -> str:
    """Whether what happens gets its place and its signature in time."""
    with reading(vault.engine) as tx:
        condition = load_condition(vault, tx)
    if condition.code_of_signing:
        raise VaultError(condition.code_of_signing)
    return f"{condition.unsigned} unsigned"


def _feeds(vault: Vault) -> str:
    """Whether what is signed gets to the security monitor."""
    with reading(vault.engine) as tx:
        feeds = [each for each in list_standings(vault, tx) if each.is_configured]
    for each in feeds:
        if not each.is_well:
            raise VaultError(f"{each.name}: {each.failure_code or 'feed.stalled'}")
    return f"{len(feeds)} of {len(feeds)} get on" if feeds else "none configured"


def _mail(vault: Vault) -> str:
    """Whether notices get to the mail server."""
    if vault.config.mail is None:
        return "none configured"
    with reading(vault.engine) as tx:
        waiting = notice_queries.oldest_waiting_mail(tx)
    if waiting is not None and vault.clock.now() - waiting[0] > MAIL_LATE:
        raise VaultError(waiting[1] or "mail.late")
    return "gets on"


def _anchors(vault: Vault) -> str:
    if not vault.anchors:
        return "none configured"
    with reading(vault.engine) as tx:
        standing = load_anchors(vault, tx)
    if standing.outside is not None:
        raise VaultError(standing.outside.code)
    for anchor in standing.anchors:
        if anchor.is_alarm:
            raise VaultError(f"{anchor.name}: {anchor.code}")
    return f"{standing.exposed} not anchored yet"


def _alerts(vault: Vault) -> str:
    """Whether what people do is scored in time."""
    with reading(vault.engine) as tx:
        late = lateness_seconds(vault, tx)
    if late > MOST_LATE_SECONDS:
        raise VaultError("alerts.late")
    return f"scored {late:.0f} s late"
