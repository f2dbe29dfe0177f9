"""What an operation is about, and what was found out before and after: typed, and stored as JSON texts."""

from __future__ import annotations

import msgspec

from vault.database.operation_queries import OperationRecord


class Scope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The one thing an operation works on; which fields are used follows from its kind."""

    ring: str = ""
    version: int = 0
    dossier: str = ""
    root: str = ""
    key: str = ""


class Preflight(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was found when the operation was ordered: how much it will touch, and whether all is well before it."""

    total: int = 0
    """Records or objects to be worked on."""
    bytes: int = 0
    sampled: int = 0
    """Dossiers that were opened on trial, each with a page of one document."""
    provider: str = ""
    """``ok``, or the code of what is wrong with the root key's provider."""
    backup_hours: int = -1
    """Age of the newest backup by its marker file; -1 where none is configured."""


class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was verified when the operation was finished."""

    worked: int = 0
    verified: int = 0
    opened: int = 0
    """Documents of which a page was opened at random afterwards."""
    leftover: int = 0
    """Keys or dossiers that were left as they are, since something in them is damaged: each is named in the trail."""
    old_version: int = 0
    new_version: int = 0
    backups_until: str = ""
    """RFC 3339: until then backups may hold what was destroyed here."""


def scope_of(operation: OperationRecord) -> Scope:
    return msgspec.json.decode(operation.scope, type=Scope)


def preflight_of(operation: OperationRecord) -> Preflight:
    return msgspec.json.decode(operation.preflight, type=Preflight)


def report_of(operation: OperationRecord) -> Report | None:
    """None before there is anything to report."""
    return msgspec.json.decode(operation.report, type=Report) if operation.report else None


def encoded(value: Scope | Preflight | Report) -> str:
    return msgspec.json.encode(value).decode()


def with_dossier(scope: Scope, dossier: str) -> Scope:
    """The same scope about one dossier."""
    return msgspec.structs.replace(scope, dossier=dossier)


def plain(value: Scope | Preflight | Report) -> dict[str, object]:
    """As a dictionary, for whoever writes JSON."""
    return dict(msgspec.to_builtins(value))
