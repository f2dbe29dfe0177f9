"""What a person may know of a dossier without opening a document, from the duties they hold on it now."""

from __future__ import annotations

from vault.model import Duty

SEES_RECORD_FIELDS = frozenset({Duty.BORROWER, Duty.CUSTODIAN, Duty.AUTHOR})
"""Duties that need the customer's address, contacts and standing; an approver needs only which customer it is."""


def sees_record(duties: frozenset[Duty]) -> bool:
    return bool(duties & SEES_RECORD_FIELDS)


def may_submit(duties: frozenset[Duty]) -> bool:
    """May hand in a document or a new version; a custodian's own goes live at once."""
    return bool(duties & {Duty.AUTHOR, Duty.CUSTODIAN})


def may_keep(duties: frozenset[Duty]) -> bool:
    """May file and refuse submissions and say who holds which duty."""
    return Duty.CUSTODIAN in duties


def may_decide(duties: frozenset[Duty]) -> bool:
    return Duty.APPROVER in duties
