"""What a proposed policy would change: for whom, in how many dossiers, and what of it deserves a second look."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import policy_effects
from vault.database.engine import Connection
from vault.model import Classification
from vault.policy.checking import remarks_on
from vault.policy.document import Policy
from vault.policy.effects import classes_touched
from vault.policy.fields import Change, Fault, changes_between
from vault.policy.limits import limits_for


@dataclass(frozen=True, slots=True)
class Effects:
    """``newly_spent`` counts pairs of person and document without a view left at once. None counts past ``bound``."""

    changes: tuple[Change, ...]
    remarks: tuple[Fault, ...]
    classes: tuple[Classification, ...]
    dossiers: int
    borrowers: int
    newly_spent: int
    bound: int = policy_effects.BOUND


def effects_of(tx: Connection, old: Policy, new: Policy, *, now: dt.datetime) -> Effects:
    """As things stand now; a remark that holds for the old policy already is none on the change."""
    classes, known = classes_touched(old, new), remarks_on(old)
    spent = 0
    for each in classes:
        before, after = limits_for(old, each), limits_for(new, each)
        if before.per_version == after.per_version:
            spent += policy_effects.count_newly_spent(tx, each, before=before.views, after=after.views)
    return Effects(
        changes=tuple(changes_between(old, new)),
        remarks=tuple(remark for remark in remarks_on(new) if remark not in known),
        classes=classes,
        dossiers=policy_effects.count_dossiers_of(tx, classes),
        borrowers=policy_effects.count_borrowers_of(tx, classes, now=now),
        newly_spent=min(spent, policy_effects.BOUND),
    )
