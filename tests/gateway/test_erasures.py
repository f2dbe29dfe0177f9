"""The screens of erasing people and removing old entries: asked by one office, decided by another, seen by a third."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import msgspec
import pytest

from tests.erasing import work_off
from tests.gateway.visitor import Visitor, Web, make_web
from vault.clock import FixedClock
from vault.people.accounts import suspend_person

GROUNDS = {"basis": "gdpr_17", "case_number": "DSR-7", "text": "Request of the person in writing"}
WHO = {"kind": "person", "person": "borrower"}


@pytest.fixture
def left(web: Web) -> Web:
    """The borrower has read and is suspended."""
    web.company.open_and_read(web.company.signed_in("borrower"))
    suspend_person(web.company.vault, web.company.at_keyboard("admin"), person_id=web.company.ids["borrower"])
    web.company.sequence()
    return web


def asked(visitor: Visitor) -> str:
    """Asked for; its page."""
    answer = visitor.post("/erasures", {**WHO, **GROUNDS})
    assert answer.status_code == 303, answer.text
    return answer.location.partition("?")[0]


def test_looking_asks_for_nothing_and_says_what_goes_and_stays(left: Web) -> None:
    """The plan counts months and entries, names what stays and until when backups hold it."""
    page = left.visitor("admin").post("/erasures/plan", WHO).text
    assert re.search(r"Months</dt><dd>1", page)
    assert "王晓明" in page
    assert "so that every proof still verifies" in page
    assert "Nobody can tell afterwards whose handle it was." in page
    assert "Backups may hold it until" in page
    assert "What was exported and downloaded before keeps what it holds" in page
    assert "Nothing was ever asked" in left.visitor("admin").get("/erasures").text


def test_erasure_is_asked_approved_done_and_reported(left: Web) -> None:
    """Two people; afterwards nobody is named, and the honest state of backups is."""
    admin, officer, auditor = (left.visitor(login) for login in ("admin", "officer", "auditor"))
    address = asked(admin)
    assert "王晓明" in officer.get(address).text
    assert "/approve" not in admin.get(address).text
    assert "A security officer decides it." in auditor.get(address).text
    assert "<form" not in auditor.get(address + "/progress").text
    assert officer.post(address + "/approve").status_code == 303
    work_off(left.company)
    page = officer.get(address).text
    assert "Erased here. Backups may hold it until" in page
    assert "nobody can tell any more whose it was" in page
    assert "王晓明" not in page
    assert "a person whose entries are erased" in auditor.get("/erasures").text


def test_number_at_the_top_says_that_something_waits(left: Web) -> None:
    """For the officer who can decide it."""
    asked(left.visitor("admin"))
    assert re.search(r'href="/erasures"[^>]*>.*?1', left.visitor("officer").get("/keys").text, re.DOTALL)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"basis": ""}, "Choose the legal basis."),
        ({"case_number": ""}, "Enter the case number"),
        ({"text": "."}, "reason"),
        ({"person": "nobody"}, "Nobody has this login"),
        ({"person": "other", "until_month": "2026-11"}, "The running month of somebody who is active"),
        ({"from_month": "2026-13"}, "Enter months such as"),
    ],
)
def test_what_cannot_be_asked_for_is_said_beside_its_field(left: Web, fields: dict[str, str], words: str) -> None:
    """With what was typed kept."""
    answer = left.visitor("admin").post("/erasures", {**WHO, **GROUNDS, **fields})
    assert answer.status_code == 400
    assert words in answer.text


def test_hold_on_a_dossier_is_listed_and_forbids_it(left: Web) -> None:
    """The plan lists it and has no button; asking all the same is refused by its case."""
    officer, admin = left.visitor("officer"), left.visitor("admin")
    hold = {"reference": "D2026-00001", "case_number": "LIT-7", "category": "review", "text": "Claim before the court"}
    assert officer.post("/keys/holds", hold).status_code == 303
    page = admin.post("/erasures/plan", WHO).text
    assert "LIT-7" in page
    assert "D2026-00001" in page
    assert "Hand in the request" not in page
    answer = admin.post("/erasures", {**WHO, **GROUNDS})
    assert answer.status_code == 409
    assert "LIT-7" in answer.text


def test_hold_on_a_person_is_placed_seen_and_lifted(left: Web) -> None:
    """By the security officer, with its case."""
    officer = left.visitor("officer")
    hold = {"person": "borrower", "case_number": "LIT-8", "category": "review", "text": "Claim before the court"}
    assert officer.post("/erasures/holds", hold).status_code == 303
    page = officer.get("/erasures/holds").text
    assert "王晓明" in page
    assert "LIT-8" in left.visitor("admin").post("/erasures/plan", WHO).text
    lift = re.search(r"/erasures/holds/h[a-z2-7]{26}/lift", page)
    assert lift is not None
    answer = officer.post(lift.group(), {"category": "review", "text": "The court has closed the case"})
    assert answer.status_code == 303
    assert "No person is under a hold." in officer.get("/erasures/holds").text


def test_refusal_needs_words_and_touches_nothing(left: Web) -> None:
    """Said to whoever asked."""
    admin, officer = left.visitor("admin"), left.visitor("officer")
    address = asked(admin)
    assert officer.post(address + "/refuse", {"note": ""}).status_code == 400
    assert officer.post(address + "/refuse", {"note": "The court has asked us to keep it"}).status_code == 303
    assert "Nothing was touched." in admin.get(address).text
    assert admin.post(address + "/cancel").status_code == 409


def test_old_entries_are_removed_and_say_by_whom(web: Web, clock: FixedClock) -> None:
    """The removed entry's page names who asked and who agreed, and is still proven."""
    clock.advance(dt.timedelta(days=70))
    web.company.signed_in("other")
    web.company.sequence()
    trail = msgspec.structs.replace(web.company.vault.config.trail, retention_months=1)
    config = msgspec.structs.replace(web.company.vault.config, trail=trail)
    kept = make_web(replace(web.company, vault=replace(web.company.vault, config=config)))
    admin, officer, auditor = (kept.visitor(login) for login in ("admin", "officer", "auditor"))
    form = {"kind": "prune", "before": "2026-12-01"}
    assert "Entries to remove" in admin.post("/erasures/plan", form).text
    answer = admin.post("/erasures", {**form, **GROUNDS, "basis": "retention_ended"})
    assert answer.status_code == 303, answer.text
    address = answer.location.partition("?")[0]
    assert officer.post(address + "/approve").status_code == 303
    work_off(kept.company)
    assert "Entries removed" in admin.get(address).text
    page = auditor.get("/trail/entries/5").text
    assert "Ruth Feldman" in page
    assert "Officer" in page
    assert "Proven just now" in page
    assert "damaged" not in page
