"""Every event of the trail with its sentences in English and in Simplified Chinese. A test finds one without.

Words in braces come from the entry: who (``actor``, ``person``, ``reader``), what (``dossier``, ``document``), numbers
of its details. See :mod:`gateway.event_sentences`, which fills them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.event_table import agreements, alerts, erasing, filing, leaving, people, policies, requests, trail, views
from gateway.event_table.telling import Telling
from vault.ledger.events import Event

__all__ = ["TELLINGS", "Telling"]

TELLINGS: Mapping[Event, Telling] = MappingProxyType(
    people.TELLINGS
    | leaving.TELLINGS
    | agreements.TELLINGS
    | filing.TELLINGS
    | requests.TELLINGS
    | views.TELLINGS
    | trail.TELLINGS
    | erasing.TELLINGS
    | policies.TELLINGS
    | alerts.TELLINGS
)
