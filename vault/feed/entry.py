"""What may leave the vault of one entry: ids, codes and numbers, and of people as much as the feed is set to tell.

There is no field for the text of a reason, for a name or for contents, so that no format can let one out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field

from vault.ledger.entry import NO_DETAILS
from vault.ledger.events import Event, Outcome
from vault.model import Place


@dataclass(frozen=True, slots=True)
class Party:
    """A person as a monitor may know them. ``uid`` is the handle, or with ``people = "ids"`` the staff number.

    ``login`` is '' where only the handle is told; ``handle`` is '' where it is the uid already, or gone.
    """

    uid: str
    login: str = ""
    handle: str = ""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry on its way out. ``leaf_hash`` is that of the tree, in hex; texts are '' where there is nothing.

    ``hidden`` says why there is less than the feed is set to tell: '', ``erased``, ``pruned`` or ``damaged``.
    """

    index: int
    event: Event
    outcome: Outcome
    time: dt.datetime
    logged: dt.datetime
    _: KW_ONLY
    leaf_hash: str
    entry_id: str = ""
    node: str = ""
    actor: Party | None = None
    subject: Party | None = None
    session: str = ""
    place: Place | None = None
    dossier: str = ""
    document: str = ""
    version: str = ""
    view: str = ""
    request: str = ""
    code: str = ""
    intent: str = ""
    details: Mapping[str, str | int] = field(default_factory=lambda: NO_DETAILS)
    hidden: str = ""


def milliseconds(moment: dt.datetime) -> int:
    """Since the epoch, UTC."""
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(milliseconds=1)
