"""Exports under rotation: the trail's ring is rotated beneath them, and no version is destroyed that wraps one."""

from __future__ import annotations

import pytest

from keys.model import KeyState
from tests.company import Company
from tests.custody import approve_all, ordered, second_officer, states, work_off
from tests.vault.trail import tampering
from tests.vault.trail.exports import making_exports
from vault.custody.scope import Scope
from vault.errors import Conflict
from vault.policy.custody import OperationKind
from vault.trail.own_exports import end_export

FIRST = Scope(ring="trail", version=1)


def rotate(company: Company) -> None:
    second_officer(company, 2)
    approve_all(company, ordered(company, OperationKind.ROTATE_RING, Scope(ring="trail")))
    work_off(company)
    assert states(company, "trail")[1] is KeyState.DEACTIVATED


def test_exports_open_after_the_ring_was_rotated(company: Company) -> None:
    """Those that are made and those that wait."""
    done, waiting = making_exports.made(company), making_exports.ordered(company)
    before = making_exports.record_of(company, done).wrapped_dek

    rotate(company)

    assert making_exports.record_of(company, done).wrapped_dek != before
    assert making_exports.content_of(company, done)
    making_exports.make_all(company)
    assert making_exports.content_of(company, waiting)


def test_old_version_can_be_destroyed_once_exports_are_under_the_new_one(company: Company) -> None:
    """Nothing is left behind under it."""
    making_exports.made(company)
    rotate(company)

    second_officer(company, 3)
    assert ordered(company, OperationKind.DESTROY_KEY, FIRST)


def test_version_that_wraps_an_export_is_not_destroyed(company: Company) -> None:
    """Also when its record is spoilt: it goes when the export ends."""
    export_id = making_exports.made(company)
    spoilt = bytearray(making_exports.record_of(company, export_id).wrapped_dek)
    spoilt[-1] ^= 1
    tampering.run(company, "UPDATE trail_exports SET wrapped_dek = :spoilt", spoilt=bytes(spoilt))
    rotate(company)

    with pytest.raises(Conflict, match=r"operation\.referenced"):
        ordered(company, OperationKind.DESTROY_KEY, FIRST)
    end_export(company.vault, company.at_keyboard("auditor"), export_id=export_id)
    assert ordered(company, OperationKind.DESTROY_KEY, FIRST)
