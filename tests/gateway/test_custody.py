"""The security officer's screens for keys: looking orders nothing, others approve, the vault seals."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from keys.model import KeyState
from tests.company import CUSTOMER, OFFICE_PLACE, PASSWORD, found_dossier
from tests.custody import second_officer, states, work_off
from tests.gateway.visitor import Visitor, Web
from vault.clock import FixedClock
from vault.custody.sealing import lift_order
from vault.database.engine import transaction
from vault.database.tables.dossiers import dossiers
from vault.people.signing_in import change_password, sign_in

REASON = {"category": "review", "text": "Yearly rotation by the key plan", "case_number": "KEY-2026"}


@pytest.fixture
def officers(web: Web) -> tuple[Visitor, Visitor]:
    """Two security officers at their browsers."""
    return web.visitor("officer"), _other_officer(web, 2)


def _other_officer(web: Web, number: int) -> Visitor:
    initial = second_officer(web.company, number)
    login = f"officer{number}"
    session = sign_in(web.company.vault, login=login, password=initial, place=OFFICE_PLACE, user_agent="tests")
    change_password(web.company.vault, session.actor, current=initial, new=PASSWORD)
    return web.visitor(login)


def order(visitor: Visitor, **fields: str) -> str:
    """Orders an operation; its page."""
    answer = visitor.post("/keys/order", {**REASON, **fields})
    assert answer.status_code == 303, answer.text
    return answer.location.partition("?")[0]


def test_overview_shows_every_ring_and_no_customer(web: Web) -> None:
    """Versions with state, age and number of keys; nothing of what they protect."""
    page = web.visitor("officer").get("/keys").text
    for words in (
        "Class: Confidential",
        "Class: Top secret",
        "Search index and page marks",
        "100 % of its keys are under the active version",
    ):
        assert words in page
    assert CUSTOMER not in page
    assert web.company.dossier_id not in page


def test_looking_at_a_plan_orders_nothing(web: Web) -> None:
    """The preflight counts and opens a sample; the key stays what it is."""
    page = web.visitor("officer").get("/keys/order?kind=rotate_ring&ring=confidential").text
    assert "Another security officer must approve it" in page
    assert re.search(r"Keys to wrap anew</dt><dd>1", page)
    assert states(web.company, "confidential") == {1: KeyState.ACTIVE}


def test_rings_stand_in_the_order_of_their_classes(web: Web) -> None:
    """From the lowest class to the highest, then the vault's own: as everywhere else."""
    page = web.visitor("officer").get("/keys").text
    found = re.findall(r'<h2 id="ring-([a-z_]+)">', page)
    assert found == ["internal", "confidential", "secret", "top_secret", "service", "trail"]


def test_shredding_shows_what_it_would_touch_before_it_can_be_ordered(web: Web) -> None:
    """A dossier is named first; only the page that counts its objects has the button."""
    officer = web.visitor("officer")
    first = officer.get("/keys/order?kind=shred_dossier").text
    assert "See what it would touch" in first
    assert "Order it" not in first
    second = officer.get("/keys/order?kind=shred_dossier&reference=D2026-00001").text
    assert re.search(r"Objects to remove</dt><dd>[1-9]", second)
    assert "Order it" in second
    unknown = officer.get("/keys/order?kind=shred_dossier&reference=D2026-99999").text
    assert "There is no dossier with this reference" in unknown
    assert "Order it" not in unknown


def test_resealing_is_narrowed_to_one_dossier(web: Web) -> None:
    """From the page that would touch everything to one that touches the dossier, ordered as such."""
    officer = web.visitor("officer")
    assert "Only one dossier" in officer.get("/keys/order?kind=reseal").text
    page = officer.get("/keys/order?kind=reseal&reference=D2026-00001").text
    assert "Only one dossier" not in page
    shown = officer.get(order(officer, kind="reseal", reference="D2026-00001")).text
    assert re.search(r'<span class="of"><span class="code">D2026-00001', shown)


def test_progress_alone_says_what_can_be_done_and_when_it_is_over(web: Web, officers: tuple[Visitor, Visitor]) -> None:
    """The piece that the page fetches: buttons by person and state, and the mark of the last one."""
    first, second = officers
    address = order(first, kind="rotate_ring", ring="confidential")

    def piece(visitor: Visitor) -> str:
        return visitor.get(address + "/progress").text

    assert "/approve" in piece(second)
    assert "/approve" not in piece(first)
    second.post(address + "/approve")
    assert "/pause" in piece(first)
    first.post(address + "/pause")
    assert "/resume" in piece(second)
    second.post(address + "/resume")
    work_off(web.company)
    over = piece(first)
    assert "data-live-over" in over
    assert "<form" not in over


def test_rotation_runs_only_after_another_officer_approved(web: Web, officers: tuple[Visitor, Visitor]) -> None:
    """The one who ordered it is told why they cannot approve; the other one sets it going."""
    first, second = officers
    address = order(first, kind="rotate_ring", ring="confidential")
    refused = first.post(address + "/approve")
    assert refused.status_code == 403
    assert "Nobody approves what they ordered" in refused.text
    work_off(web.company)
    assert states(web.company, "confidential") == {1: KeyState.ACTIVE}
    assert second.post(address + "/approve").status_code == 303
    work_off(web.company)
    assert states(web.company, "confidential") == {1: KeyState.DEACTIVATED, 2: KeyState.ACTIVE}
    page = first.get(address).text
    assert "Done and verified" in page
    assert "Read again and found in order" in page


def test_what_had_to_be_left_is_said_with_the_report(web: Web, officers: tuple[Visitor, Visitor]) -> None:
    """A dossier whose key does not open is counted on the operation's page, with the way to the findings."""
    first, second = officers
    company = web.company
    spoilt = found_dossier(company)
    address = order(first, kind="rotate_ring", ring="confidential")
    second.post(address + "/approve")
    with transaction(company.vault.engine) as tx:
        tx.execute(sa.update(dossiers).where(dossiers.c.id == spoilt).values(wrapped_key=bytes(82)))
    work_off(company)

    page = first.get(address).text

    assert "1 was left as it is, since something in it is damaged." in page
    assert 'href="/findings"' in page
    assert "Read again and found in order" in page


def test_overdue_ring_is_counted_at_the_officers_keys(web: Web, clock: FixedClock) -> None:
    """On every page of an officer, and said on the one about keys."""
    assert "wait for you" not in web.visitor("officer").get("/account").text
    clock.advance(dt.timedelta(days=4000))
    officer = web.visitor("officer")
    assert re.search(r"Keys.*[1-9] wait for you", officer.get("/account").text, re.DOTALL)
    assert "Due for rotation." in officer.get("/keys").text


def test_operation_is_called_off_before_it_begins_and_not_after(web: Web, officers: tuple[Visitor, Visitor]) -> None:
    """What runs can be paused, what is done stays done."""
    first, second = officers
    address = order(first, kind="rotate_ring", ring="secret")
    assert first.post(address + "/cancel").status_code == 303
    assert second.post(address + "/approve").status_code == 409
    again = order(first, kind="rotate_ring", ring="secret")
    second.post(again + "/approve")
    work_off(web.company)
    assert first.post(again + "/cancel").status_code == 409


def test_second_operation_on_the_same_ring_is_refused_with_its_reason(web: Web) -> None:
    """The form keeps what was typed."""
    officer = web.visitor("officer")
    order(officer, kind="rotate_ring", ring="secret")
    answer = officer.post("/keys/order", {**REASON, "kind": "rotate_ring", "ring": "secret"})
    assert answer.status_code == 409
    assert "Other work on the same keys is under way" in answer.text
    assert REASON["text"] in answer.text


@pytest.mark.parametrize("text", ["", ".", "aaa aaa"])
def test_order_without_a_reason_of_substance_is_refused(web: Web, text: str) -> None:
    """As for a view."""
    fields = {**REASON, "text": text, "kind": "rotate_ring", "ring": "secret"}
    assert web.visitor("officer").post("/keys/order", fields).status_code == 400


@pytest.mark.parametrize(
    "query",
    ["kind=nonsense", "kind=", "kind=rotate_ring&ring=nothing", "kind=destroy_key&ring=secret&version=99999999999"],
)
def test_plan_of_what_is_not_there_is_refused_without_a_fault(web: Web, query: str) -> None:
    """No such kind, ring or version."""
    answer = web.visitor("officer").get(f"/keys/order?{query}")
    assert answer.status_code in {200, 404}
    assert "There is no such" in answer.text or answer.status_code == 404


def test_dossier_under_a_hold_is_not_shredded(web: Web) -> None:
    """The refusal names the case; lifting the hold lets it be ordered."""
    officer = web.visitor("officer")
    reference = "D2026-00001"
    held = officer.post("/keys/holds", {**REASON, "reference": reference, "case_number": "LIT-7"})
    assert held.status_code == 303
    shredding = {**REASON, "kind": "shred_dossier", "reference": reference}
    refused = officer.post("/keys/order", shredding)
    assert refused.status_code == 409
    assert "LIT-7" in refused.text
    hold = re.search(r"/keys/holds/(h[a-z2-7]{26})/lift", officer.get("/keys/holds").text)
    assert hold is not None
    lifted = officer.post(f"/keys/holds/{hold.group(1)}/lift", REASON)
    assert lifted.status_code == 303
    assert officer.post("/keys/order", shredding).status_code == 303


def test_sealed_vault_opens_nothing_and_says_why(web: Web) -> None:
    """Sign-in and trail go on; the officer sees it; the operator's lifting lets it open again."""
    officer = web.visitor("officer")
    assert officer.post("/keys/seal", REASON).status_code == 303
    assert "The vault is sealed" in officer.get("/keys").text
    reader = web.visitor("borrower")
    assert reader.get(f"/documents/{web.company.document_id}").status_code == 503
    lift_order(web.company.vault)
    web.company.vault.keyroom.unseal()
    assert reader.get(f"/documents/{web.company.document_id}").status_code == 200
