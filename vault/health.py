"""Whether the parts that the vault needs answer now, quickly and without changing anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

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
NOTHING: Mapping[str, int | str] = MappingProxyType({})
_Answer = tuple[str, Mapping[str, int | str]]


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part. ``detail`` is a word for operators and names no contents: how it is, or the code of what is wrong.

    ``values`` are what is to be said with it.
    """

    name: str
    ok: bool
    detail: str = ""
    values: Mapping[str, int | str] = field(default_factory=lambda: NOTHING)
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
            replace(_ask("places", lambda: _places(vault)), is_vital=False),
        )
    )


def _ask(name: str, question: Callable[[], _Answer]) -> PartHealth:
    try:
        detail, values = question()
        return PartHealth(name, ok=True, detail=detail, values=values)
    except VaultError as error:
        return PartHealth(name, ok=False, detail=error.code)


def _database(vault: Vault) -> _Answer:
    check_schema(vault.engine)
    return "is_kind", {"kind": str(vault.engine.dialect.name)}


def _store(vault: Vault) -> _Answer:
    next(iter(vault.store.list_objects("o/")), None)
    return "answers", NOTHING


def _trail(vault: Vault) -> _Answer:
    with reading(vault.engine) as tx:
        waiting = ledger_reading.count_waiting(tx)
        backlog.require_written(tx)
    return "waiting", {"count": waiting}


def _checkpoints(vault: Vault) -> _Answer:
    """Whether what happens gets its place and its signature in time."""
    with reading(vault.engine) as tx:
        condition = load_condition(vault, tx)
    if condition.code_of_signing:
        raise VaultError(condition.code_of_signing)
    return "unsigned", {"count": condition.unsigned}


def _feeds(vault: Vault) -> _Answer:
    """Whether what is signed gets to the security monitor."""
    with reading(vault.engine) as tx:
        feeds = [each for each in list_standings(vault, tx) if each.is_configured]
    for each in feeds:
        if not each.is_well:
            raise VaultError(f"{each.name}: {each.failure_code or 'feed.stalled'}")
    return ("get_on", {"count": len(feeds)}) if feeds else ("none_configured", NOTHING)


def _mail(vault: Vault) -> _Answer:
    """Whether notices get to the mail server."""
    if vault.config.mail is None:
        return "none_configured", NOTHING
    with reading(vault.engine) as tx:
        waiting = notice_queries.oldest_waiting_mail(tx)
    if waiting is not None and vault.clock.now() - waiting[0] > MAIL_LATE:
        raise VaultError(waiting[1] or "mail.late")
    return "gets_on", NOTHING


def _anchors(vault: Vault) -> _Answer:
    if not vault.anchors:
        return "none_configured", NOTHING
    with reading(vault.engine) as tx:
        standing = load_anchors(vault, tx)
    if standing.outside is not None:
        raise VaultError(standing.outside.code)
    for anchor in standing.anchors:
        if anchor.is_alarm:
            raise VaultError(f"{anchor.name}: {anchor.code}")
    return "not_anchored", {"count": standing.exposed}


def _alerts(vault: Vault) -> _Answer:
    """Whether what people do is scored in time."""
    with reading(vault.engine) as tx:
        late = lateness_seconds(vault, tx)
    if late > MOST_LATE_SECONDS:
        raise VaultError("alerts.late")
    return "scored_late", {"seconds": round(late)}


def _places(vault: Vault) -> _Answer:
    kind, built = vault.geography.check(now=vault.clock.now())
    return ("location_database", {"kind": kind, "day": built}) if kind else ("no_location_database", NOTHING)
