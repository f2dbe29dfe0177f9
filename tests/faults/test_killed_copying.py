"""kill -9 of the gateway at every step of a marked copy's download, from the first statement to the last byte."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace

import pytest

from tests.attacks.observing import trail
from tests.company import Company, set_policy
from tests.faults.answering import posting, received
from tests.faults.children import Ended
from tests.faults.conftest import ArenaOf
from tests.faults.recovery import check, restarted, work_once
from tests.gateway.visitor import application_of
from tests.vault.grants.granting import granted
from tests.vault.grants.test_copies import COPIES, without_result
from vault.errors import Conflict
from vault.grants.copies import download_copy, prepare_copy
from vault.ledger.audit_whole import INTENT_GRACE
from vault.ledger.events import Event
from vault.model import Actor, Place, PlaceSource
from vault.policy.granting import GrantKind
from vault.worker.sweeping import sweep

LATER = INTENT_GRACE + dt.timedelta(minutes=1)
"""When a release without a result is a finding; the sweep answered it before, had it run."""


@dataclass(frozen=True)
class Waiting:
    """A copy that can be downloaded, and whose it is, signed in at a browser on this machine."""

    copy_id: str
    actor: Actor
    token: str


def waiting_copy(company: Company) -> Waiting:
    set_policy(company, COPIES)
    request_id = granted(company, GrantKind.COPY, 1)
    session = company.session("borrower", place=Place("127.0.0.1", PlaceSource.UNKNOWN))
    copy_id = prepare_copy(company.vault, session.actor, request_id=request_id, declared_place="A customer's site")
    company.sequence()
    application_of(company.vault)  # once, and not in each child
    return Waiting(copy_id, session.actor, session.token)


def test_killed_download_lets_no_byte_leave_without_its_result_and_can_be_taken_again_without_one(
    arena_of: ArenaOf[Waiting],
) -> None:
    """Bytes at the other end, of whatever length, have one committed result, and no second file comes.

    Without a result nothing arrived; the release is found to have none, and the sweep gives the download back.
    """
    arena = replace(arena_of(waiting_copy), first=1, stride=1)  # few effects, and each is a moment of its own
    waiting = arena.prepared
    seen = set()
    for ended in arena.killed(posting(f"/copies/{waiting.copy_id}/file", waiting.token)):
        with restarted(ended.ground) as company:
            if trail(company, Event.COPY_RELEASED):
                with pytest.raises(Conflict, match=r"copy\.over"):
                    download_copy(company.vault, waiting.actor, copy_id=waiting.copy_id)
        with restarted(ended.ground, later=LATER) as company:
            seen.add(_how_it_ended(company, ended, waiting))
            work_once(company)
            check(company, ended)
    assert seen == {"not released", "cut off", "delivered", "partly sent", "sent"}


def _how_it_ended(company: Company, ended: Ended, waiting: Waiting) -> str:
    """In one word, having looked that the trail, the download and the other end agree on it."""
    status, body = received(ended.ground)
    released, delivered = trail(company, Event.COPY_RELEASED), trail(company, Event.COPY_DELIVERED)
    assert len(delivered) <= len(released) <= 1, ended.place
    if delivered:
        assert sweep(company.vault).copies_returned == 0, ended.place
        with pytest.raises(Conflict, match=r"copy\.over"):
            download_copy(company.vault, waiting.actor, copy_id=waiting.copy_id)
        if not status:
            assert not ended.is_done
            return "delivered"
        assert status == 200, ended.place
        is_whole = hashlib.sha256(body).hexdigest() == delivered[0].details["sha256"]
        assert is_whole == (len(body) == delivered[0].details["bytes"]), ended.place
        return "sent" if is_whole else "partly sent"
    assert (status, body) == (0, b""), ended.place
    found = [each.position for each in released]
    assert without_result(company) == (found, len(found), found, found), ended.place
    assert sweep(company.vault).copies_returned == len(released), ended.place
    assert download_copy(company.vault, waiting.actor, copy_id=waiting.copy_id).pdf, ended.place
    company.sequence()
    events = Event.COPY_RELEASED, Event.COPY_FAILED, Event.COPY_DELIVERED
    assert [len(trail(company, each)) for each in events] == [1 + len(found), len(found), 1], ended.place
    return "cut off" if released else "not released"
