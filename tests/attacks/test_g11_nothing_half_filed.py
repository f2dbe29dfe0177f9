"""G11 Nothing half-filed: no row without an object, no plaintext behind, no file lost, no document twice.

What happens when the process is killed outright is tried in tests/faults; here things are cut, lie, fail or race.
"""

from __future__ import annotations

import datetime as dt
import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from tests.attacks.acting import open_view
from tests.attacks.faulty_store import LIES, FaultyStore, cut_off, full
from tests.attacks.observing import Killed, column, failing_database, trail
from tests.company import Company, found_dossier
from tests.gateway.handing_in import KEY
from tests.gateway.visitor import Web
from tests.vault.intake.samples import make_pdf
from vault.access.reading import read_page_text
from vault.clock import FixedClock
from vault.errors import InputError, TamperError, Unavailable, VaultError
from vault.filing.content import FileContent
from vault.filing.conversion import convert_next
from vault.filing.documents import SubmittedDocument, submit_document
from vault.ledger.events import Event
from vault.runtime import Vault
from vault.storage.port import ObjectKey
from vault.worker.sweeping import OBJECT_GRACE_HOURS, UPLOAD_GRACE_HOURS, remove_unknown_objects, sweep

CONTENT = b"A document that is handed in under difficulties\n"
MORE_THAN_ENOUGH = 200


def submit(
    company: Company, vault: Vault, content: bytes = CONTENT, *, key: str = "k", announced: int = -1
) -> SubmittedDocument:
    return submit_document(
        vault,
        company.at_keyboard("custodian"),
        dossier_id=company.dossier_id,
        document_id=None,
        file_name="Difficult.txt",
        content=FileContent(io.BytesIO(content), len(content) if announced < 0 else announced),
        submission_key=key,
    )


def assert_rows_and_objects_agree(company: Company) -> None:
    """Every live row has its object in full, and no object is unknown or left over."""
    known = set(column(company, "SELECT object_key FROM sealed_objects"))
    stored = {str(each.key): each.size for each in company.vault.store.list_objects("o/")}
    live = column(company, "SELECT object_key FROM sealed_objects WHERE state = 'live'")
    for key in live:
        [size] = column(company, "SELECT sealed_bytes FROM sealed_objects WHERE object_key = :key", key=key)
        assert stored.get(key) == size, key
    assert set(stored) <= known
    assert column(company, "SELECT id FROM document_versions WHERE state = 'pending'") == []
    assert column(company, "SELECT object_key FROM sealed_objects WHERE state <> 'live'") == []
    assert list(company.vault.spool.iterdir()) == []


def clean_up(company: Company, clock: FixedClock) -> None:
    """As the worker does in the hours after."""
    clock.advance(dt.timedelta(hours=UPLOAD_GRACE_HOURS, minutes=1))
    for _round in range(3):
        sweep(company.vault)
    clock.advance(dt.timedelta(hours=OBJECT_GRACE_HOURS))
    remove_unknown_objects(company.vault)


@pytest.mark.parametrize("announced", [len(CONTENT) + 1, len(CONTENT) - 1, 10**6, 0])
def test_content_of_another_length_than_announced_is_no_document(company: Company, announced: int) -> None:
    """Half an upload, or one that goes on: refused before anything is written."""
    before = column(company, "SELECT count(*) FROM document_versions")
    with pytest.raises(InputError):
        submit(company, company.vault, announced=announced)
    assert column(company, "SELECT count(*) FROM document_versions") == before
    assert_rows_and_objects_agree(company)


@pytest.mark.parametrize("kept", [1.0 / 3, 0.999])
@pytest.mark.parametrize("address", ["documents", "uploads"])
def test_upload_that_breaks_off_is_a_bad_request_and_no_document(web: Web, kept: float, address: str) -> None:
    """The line went dead in the middle: 400, and nothing of it stays."""
    before = column(web.company, "SELECT count(*) FROM document_versions")
    visitor = web.visitor("custodian")
    boundary, body = _form(visitor.form_token(), CONTENT * 1000)
    answer = visitor.open(
        "POST",
        f"/dossiers/{web.company.dossier_id}/{address}",
        input_stream=io.BytesIO(body[: int(len(body) * kept)]),
        content_length=len(body),
        content_type=f"multipart/form-data; boundary={boundary}",
    )
    assert answer.status_code == 400
    assert column(web.company, "SELECT count(*) FROM document_versions") == before
    assert_rows_and_objects_agree(web.company)


def test_same_content_is_one_document_however_often_it_comes(company: Company) -> None:
    """By another key, name and hand; each answer names the one document."""
    answers = {submit(company, company.vault, key=f"k{number}").document_id for number in range(4)}
    answers.add(company.submit("author", CONTENT, name="Another name.txt").document_id)
    company.convert_all()
    answers.add(submit(company, company.vault, key="after").document_id)
    assert len(answers) == 1
    assert_rows_and_objects_agree(company)


def test_same_content_many_times_at_once_is_one_document(any_company: Company, clock: FixedClock) -> None:
    """Twelve hands at the same moment: one document, one entry, and the copies are garbage that goes."""
    hands = 12
    together = threading.Barrier(hands)

    def hand_in(number: int) -> str:
        together.wait()
        return submit(any_company, any_company.vault, key=f"k{number}").document_id

    with ThreadPoolExecutor(hands) as threads:
        answers = set(threads.map(hand_in, range(hands)))
    assert len(answers) == 1
    of_content = "SELECT count(*) FROM document_versions WHERE state NOT IN ('refused', 'pending')"
    assert column(any_company, of_content) == [2]
    submitted = trail(any_company, Event.DOCUMENT_SUBMITTED)
    assert len([entry for entry in submitted if entry.fact("document") in answers]) == 1
    clean_up(any_company, clock)
    assert_rows_and_objects_agree(any_company)


def test_same_content_in_another_dossier_is_another_document(company: Company) -> None:
    """What one dossier holds says nothing about another."""
    first = submit(company, company.vault).document_id
    second_dossier = found_dossier(company)
    second = submit_document(
        company.vault,
        company.at_keyboard("custodian"),
        dossier_id=second_dossier,
        document_id=None,
        file_name="Difficult.txt",
        content=FileContent(io.BytesIO(CONTENT), len(CONTENT)),
        submission_key="other",
    )
    assert second.document_id != first
    assert not second.already_filed


def test_database_that_fails_at_any_call_leaves_one_document_or_none(company: Company, clock: FixedClock) -> None:
    """Statement by statement: the retry with the same key gives one document, and what is left over is collected."""
    for number in range(1, MORE_THAN_ENOUGH):
        content = CONTENT + str(number).encode()
        with failing_database(company.vault, number) as statements:
            _fails(lambda n=number, c=content: submit(company, company.vault, c, key=f"k{n}"))
        reached = statements.asked >= number
        _settle(company, clock)
        again = submit(company, company.vault, content, key=f"k{number}")
        [count] = column(company, "SELECT count(*) FROM filed_contents WHERE version_id = :id", id=again.version_id)
        assert count == 1, number
        if not reached:
            break
    else:
        pytest.fail("a submission takes more statements than expected")
    assert number > 15
    clean_up(company, clock)
    assert_rows_and_objects_agree(company)


def test_database_that_fails_at_any_call_of_a_conversion_loses_no_document(company: Company, clock: FixedClock) -> None:
    """The job waits or goes stale, and is taken up again; in the end every document opens."""
    for number in range(2, 40, 9):
        document = submit(company, company.vault, CONTENT + str(number).encode(), key=f"k{number}")
        with failing_database(company.vault, number):
            _fails(lambda: convert_next(company.vault))
        clock.advance(dt.timedelta(minutes=31))
        company.convert_all()
        states = column(company, "SELECT state FROM document_versions WHERE id = :id", id=document.version_id)
        assert states == ["live"], number
    clean_up(company, clock)
    assert_rows_and_objects_agree(company)


def test_put_that_is_cut_off_leaves_an_intent_that_the_sweep_collects(company: Company, clock: FixedClock) -> None:
    """Killed while the sealed bytes were on their way: hours later nothing is left, and the file may come again."""
    vault = replace(company.vault, store=FaultyStore(company.vault.store, cut_off))
    with pytest.raises(Killed):
        submit(company, vault)
    assert column(company, "SELECT count(*) FROM document_versions WHERE state = 'pending'") == [1]
    clean_up(company, clock)
    assert_rows_and_objects_agree(company)
    assert submit(company, company.vault).already_filed is False
    company.convert_all()


def test_full_store_is_an_outage_and_the_retry_is_the_document(company: Company, clock: FixedClock) -> None:
    """No space: said as such, nothing half-filed, and the same form sent again files it."""
    vault = replace(company.vault, store=FaultyStore(company.vault.store, full))
    with pytest.raises(Unavailable, match=r"store\.full"):
        submit(company, vault)
    again = submit(company, company.vault)
    company.convert_all()
    assert column(company, "SELECT state FROM document_versions WHERE id = :id", id=again.version_id) == ["live"]
    clean_up(company, clock)
    assert_rows_and_objects_agree(company)


@pytest.mark.parametrize("lie", ["lost", "cut", "flipped"])
def test_store_that_lies_about_what_it_took_is_not_believed(company: Company, clock: FixedClock, lie: str) -> None:
    """A put that answers well and stored something else, or nothing: read back, found, never live."""
    vault = replace(company.vault, store=FaultyStore(company.vault.store, LIES[lie]))
    with pytest.raises((TamperError, VaultError)):
        submit(company, vault)
    assert column(company, "SELECT count(*) FROM document_versions WHERE state IN ('stored', 'live')") == [1]
    clean_up(company, clock)
    assert_rows_and_objects_agree(company)


def test_what_cannot_be_accepted_is_kept_with_its_reason_and_the_queue_goes_on(company: Company) -> None:
    """A locked PDF between two good files: set aside, sealed, with a code; the other two open."""
    good = [company.submit("custodian", b"First good document of the three\n", name="First.txt").document_id]
    locked = company.submit("custodian", make_pdf("locked away", password="pass"), name="Locked.pdf")
    good.append(company.submit("custodian", b"Second good document of the three\n", name="Second.txt").document_id)
    company.convert_all()
    state = "SELECT state || ' ' || fault_code FROM document_versions WHERE id = :id"
    assert column(company, state, id=locked.version_id) == ["quarantined intake.encrypted"]
    assert column(company, "SELECT count(*) FROM sealed_objects WHERE version_id = :id", id=locked.version_id) == [1]
    for document_id in good:
        actor = company.signed_in("borrower")
        view_id = open_view(company, actor, document_id=document_id).view_id
        assert "good document" in read_page_text(company.vault, actor, view_id=view_id, page_number=1)
    [entry] = trail(company, Event.DOCUMENT_QUARANTINED)
    assert entry.fact("code") == "intake.encrypted"
    assert_rows_and_objects_agree(company)


def test_collector_removes_no_object_that_is_young_or_live(company: Company, clock: FixedClock) -> None:
    """An unknown object may be somebody's put under way; a live one is never garbage, however old."""
    stranger = ObjectKey("o/ab/" + "c" * 38)
    company.vault.store.put(stranger, io.BytesIO(b"on its way"), size=10)
    stored = next(each.modified for each in company.vault.store.list_objects("o/") if each.key == stranger)
    clock.advance(stored - clock.now() + dt.timedelta(hours=OBJECT_GRACE_HOURS - 1))
    assert remove_unknown_objects(company.vault) == []
    clock.advance(dt.timedelta(hours=2))
    assert remove_unknown_objects(company.vault) == [stranger]
    clock.advance(dt.timedelta(days=4000))
    sweep(company.vault)
    assert remove_unknown_objects(company.vault) == []
    assert_rows_and_objects_agree(company)


def _settle(company: Company, clock: FixedClock) -> None:
    """Before a retry: what the failure left behind may have to be swept first."""
    clock.advance(dt.timedelta(hours=UPLOAD_GRACE_HOURS, minutes=1))
    sweep(company.vault)


def _fails(act: Callable[[], Any]) -> bool:
    try:
        act()
    except Unavailable:
        return True
    return False


def _form(token: str, content: bytes) -> tuple[str, bytes]:
    boundary = "b" * 24
    fields = {"csrf": token, "submission_key": KEY, "document_id": ""}
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="Cut.txt"\r\n\r\n'
    return boundary, "".join([*parts, head]).encode() + content + f"\r\n--{boundary}--\r\n".encode()
