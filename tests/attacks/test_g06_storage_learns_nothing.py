"""G6 Storage learns nothing: no content, customer name, record field, reason, key or password anywhere at rest.

Looked for in the whole vault directory (database with its write-ahead log, objects, spool), in an S3 bucket and a
PostgreSQL database, in temporary directories, in the process's open files without a name, and in the log.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest
import sqlalchemy as sa

from tests.attacks.acting import open_view
from tests.attacks.canaries import documents, found_in, on_disk, open_files_of_this_process, spellings
from tests.attacks.observing import unmarked_page
from tests.company import PASSWORD, Company, build_company, write_config
from tests.gateway.handing_in import hand_in
from tests.gateway.visitor import Visitor, make_web, open_document
from tests.servers import S3Server
from tests.vault.intake.samples import make_pdf
from vault.access.ending import end_view
from vault.access.reading import read_page, read_page_text
from vault.clock import FixedClock
from vault.custody.keyroom import ServiceKey
from vault.database import document_queries, dossier_queries
from vault.database.engine import reading
from vault.filing.dossier_keys import unwrap_dossier_key
from vault.filing.dossiers import DossierDraft, assign, create_dossier
from vault.filing.records import CustomerRecord
from vault.filing.reviewing import refuse_submission
from vault.model import Classification, DossierId, Duty, Place, PlaceSource
from vault.policy.reasons import ReasonDraft
from vault.requests.asking import request_views
from vault.requests.deciding import decide_request
from vault.storage.port import ObjectKey, ObjectStore
from vault.trail.querying import TrailQuery
from vault.trail.searching import search_trail
from vault.worker.sweeping import sweep

CONTENT = "CANARY-content-5d1e quarterly figures"
ENCRYPTED = "CANARY-encrypted-9a77 not for pages"
TITLE = "CANARY-title-b3c4 of a file"
CUSTOMER = CustomerRecord(
    name="CANARY-name-71f0 Bearings",
    address="CANARY-address-22b8 Sheffield",
    contacts="CANARY-contact-0c4d Margaret",
    standing="CANARY-standing-f6a1 excellent",
    notes="CANARY-notes-e8d2 plays chess",
)
VIEW_REASON = "CANARY-reason-3a9b for looking at it"
REQUEST_REASON = "CANARY-request-d417 for more views"
DECISION_NOTE = "CANARY-decision-66ce of the approver"
REFUSAL_NOTE = "CANARY-refusal-aa05 of the custodian"
DECLARED = "CANARY-declared-1f2e hotel"
TYPED_AS_LOGIN = "canary-typed-4b7d-as-login"


@dataclass
class Lived:
    """A company after a busy day, and what of it must be nowhere."""

    company: Company
    visitor: Visitor
    secrets: list[str | bytes]


def live_through_a_day(company: Company, *, kinds: Collection[str]) -> Lived:
    """Files documents of each type, views, denies, quarantines, refuses, asks and decides, by web and use case."""
    vault, custodian = company.vault, company.at_keyboard("custodian")
    company.dossier_id = create_dossier(vault, custodian, draft=DossierDraft(Classification.CONFIDENTIAL, CUSTOMER))
    _assign_all(company)
    web = make_web(company)
    keeper = web.visitor("custodian")
    for name, content in documents(CONTENT).items():
        if name not in kinds:
            continue
        handed_in = hand_in(keeper, company.dossier_id, (f"{TITLE} {name}", content), key=vault.random(16).hex())
        assert handed_in.status_code == 303, name
    hand_in(
        keeper, company.dossier_id, ("Locked.pdf", make_pdf(ENCRYPTED, password="pass")), key=vault.random(16).hex()
    )
    refused = company.submit("author", f"{CONTENT} again and otherwise\n".encode(), name=f"{TITLE} Draft.txt")
    company.convert_all()
    refuse_submission(vault, custodian, document_id=refused.document_id, note=REFUSAL_NOTE)
    tokens = _read_everything(company, len(kinds))
    _ask_and_decide(company)
    reader = web.visitor("", address="203.0.113.9")
    reader.sign_in(TYPED_AS_LOGIN, PASSWORD)
    reader.sign_in("borrower")
    opened = open_document(reader, company.document_id, declared_place=DECLARED, text=VIEW_REASON)
    assert opened.status_code == 303, opened.text
    reader.get(f"{opened.location}/pages/1/text")
    reader.post("/dossiers/search", {"customer": CUSTOMER.name})
    open_document(web.visitor("stranger"), company.document_id, text=VIEW_REASON)
    company.sequence()
    sweep(vault)
    tokens.append(reader.session_cookie)
    return Lived(company, reader, [*_words(), *tokens, *_keys(company)])


def test_nothing_at_rest_on_one_machine(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    """SQLite with its log and the object directory, the spool, temporary directories and what was logged."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    lived = live_through_a_day(company, kinds=documents(CONTENT))
    wanted = spellings(lived.secrets)
    meant = [company.directory / "root.key", company.directory / "config.toml", company.directory / "facts"]
    captured = capfd.readouterr()
    logged = [("log", (captured.out + captured.err).encode())]
    assert b"/documents/<id:document_id>/views" in logged[0][1]  # it was logged, and this looks at the log
    assert (company.directory / "vault.db-wal").stat().st_size > 0

    assert found_in(on_disk(company.directory, temporary, leaving_out=meant), wanted) == []
    assert found_in(logged, wanted) == []
    assert found_in(open_files_of_this_process(), wanted) == []
    assert found_in(on_disk(company.directory, temporary, leaving_out=meant), _page_starts(company)) == []


def test_nothing_at_rest_in_postgresql_and_a_bucket(
    postgresql_url: str, s3_server: S3Server, tmp_path: Path, clock: FixedClock
) -> None:
    """The same day on the other pair: every value of every table, every object, every file beside them."""
    bucket = s3_server.new_bucket()
    (tmp_path / "access").write_text(s3_server.access_key)
    (tmp_path / "secret").write_text(s3_server.secret_key)
    for name in ("access", "secret"):
        (tmp_path / name).chmod(0o600)
    storage = (
        f'[storage.s3]\nendpoint = "{s3_server.endpoint}"\nbucket = "{bucket}"\nsecure = false\n'
        f'access_key_file = "{tmp_path}/access"\nsecret_key_file = "{tmp_path}/secret"\n'
    )
    config = write_config(tmp_path / "vault", database_url=postgresql_url, storage=storage)
    company = build_company(config, clock=clock)
    wanted = spellings(live_through_a_day(company, kinds={"Offer.pdf", "Note.txt"}).secrets)
    stored = list(on_disk(s3_server.root / bucket))
    assert len([each for each in stored if not each[0].startswith("name of")]) > 6

    assert found_in(stored, wanted) == []
    assert found_in(_every_value(company), wanted) == []
    assert found_in(on_disk(tmp_path / "vault" / "spool"), wanted) == []
    company.vault.engine.dispose()


def test_upload_touches_no_disk_in_plain(company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the moment the sealed bytes go to the store: no file, named or not, holds what was sent."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    wanted = spellings([CONTENT])
    found: list[list[str]] = []

    def look() -> None:
        found.append(found_in([*open_files_of_this_process(), *on_disk(company.directory, temporary)], wanted))

    vault = replace(company.vault, store=WatchedStore(company.vault.store, look))
    web = make_web(replace(company, vault=vault))
    large = (CONTENT + "\n").encode() * 60_000  # far beyond what a framework keeps in memory
    answer = hand_in(web.visitor("custodian"), company.dossier_id, ("Large.txt", large))
    assert answer.status_code == 303
    assert found == [[]]


def test_eyes_that_look_see_what_is_there(tmp_path: Path) -> None:
    """The search is no dummy: planted in each spelling, in a file, a name, or an unnamed open file, it is found."""
    wanted = spellings([CONTENT])
    for number, form in enumerate(wanted):
        (tmp_path / f"{number}").write_bytes(b"..." + form + b"...")
    assert {each.split(":")[0] for each in found_in(on_disk(tmp_path), wanted)} >= {
        str(tmp_path / f"{number}") for number in range(len(wanted))
    }
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / CONTENT).touch()
    assert any(each.startswith("name of") for each in found_in(on_disk(tmp_path / "sub"), wanted))
    with tempfile.TemporaryFile(dir=tmp_path) as unnamed:
        unnamed.write(CONTENT.encode())
        unnamed.flush()
        assert found_in(open_files_of_this_process(), wanted)


def test_guess_of_a_content_is_confirmed_by_nothing_stored(company: Company) -> None:
    """No digest that can be made from a document alone stands in the database, whichever door it came by."""
    content = b"A text that could be guessed, such as a form letter\n"
    digest = hashlib.sha256(content).hexdigest()
    with reading(company.vault.engine) as tx:
        dossier = dossier_queries.load_dossier(tx, company.dossier_id)
    assert dossier is not None
    of_command_line = hashlib.sha256(f"{dossier.reference}/{digest}".encode()).hexdigest()[:48]
    company.submit("custodian", content, key=f"cli-{of_command_line}")
    assert found_in(_every_value(company), spellings([bytes.fromhex(digest), digest, of_command_line])) == []


def test_declared_place_is_in_the_row_of_its_view_and_nowhere_else(company: Company) -> None:
    """What somebody says about where they are goes on the mark, so its view keeps it while the row stands; see
    docs/threat-model.md. Nothing else does: not the log's tables, not the requests, not the session."""
    somewhere = Place("203.0.113.5", PlaceSource.UNKNOWN)
    open_view(company, company.signed_in("borrower", place=somewhere), declared_place=DECLARED)
    company.sequence()
    assert found_in(_every_value(company), spellings([DECLARED])) == [f"table views: {DECLARED}"]


def test_search_of_the_trail_leaves_no_words_in_it(company: Company) -> None:
    """What an auditor typed into the wrong field is not kept for ever in a leaf that nobody can change."""
    auditor = company.signed_in("auditor")
    for field in ("person", "document", "dossier", "view"):
        search_trail(company.vault, auditor, query=TrailQuery(**{field: CUSTOMER.name}))
    company.sequence()
    assert found_in(_every_value(company), spellings([CUSTOMER.name])) == []


class WatchedStore:
    """The real store; ``look`` is called when an object is about to be put."""

    def __init__(self, inner: ObjectStore, look: Callable[[], None]) -> None:
        self._inner, self._look = inner, look

    def put(self, key: ObjectKey, content: BinaryIO, **facts: Any) -> Any:
        self._look()
        return self._inner.put(key, content, **facts)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def _assign_all(company: Company) -> None:
    duties = {"author": Duty.AUTHOR, "borrower": Duty.BORROWER, "approver": Duty.APPROVER}
    for login, duty in duties.items():
        assign(
            company.vault,
            company.at_keyboard("custodian"),
            dossier_id=company.dossier_id,
            person_id=company.ids[login],
            duty=duty,
        )


def _read_everything(company: Company, count: int) -> list[str]:
    """Opens every live document of the dossier and reads its pages; the tokens of the sessions."""
    with reading(company.vault.engine) as tx:
        found = document_queries.documents_of_dossier(tx, DossierId(company.dossier_id))
    live = [document.id for document in found if document.current_version]
    assert len(live) == count
    company.document_id = live[0]
    tokens = []
    for document_id in live:
        session = company.session("borrower")
        tokens.append(session.token)
        reason = ReasonDraft("offer", VIEW_REASON)
        view_id = open_view(company, session.actor, document_id=document_id, reason=reason).view_id
        read_page(company.vault, session.actor, view_id=view_id, page_number=1)
        read_page_text(company.vault, session.actor, view_id=view_id, page_number=1)
        if document_id != live[-1]:  # one is left open
            end_view(company.vault, session.actor, view_id=view_id)
    return tokens


def _ask_and_decide(company: Company) -> None:
    request_id = request_views(
        company.vault,
        company.at_keyboard("borrower"),
        document_id=company.document_id,
        views=2,
        reason=ReasonDraft("offer", REQUEST_REASON),
    )
    decide_request(
        company.vault,
        company.at_keyboard("approver"),
        request_id=request_id,
        approve=True,
        views=2,
        note=DECISION_NOTE,
    )


def _words() -> list[str]:
    planted = (CONTENT, ENCRYPTED, TITLE, VIEW_REASON, REQUEST_REASON, DECISION_NOTE, REFUSAL_NOTE)
    return [*planted, *astuple(CUSTOMER), PASSWORD, TYPED_AS_LOGIN]


def _keys(company: Company) -> list[bytes]:
    """Every key that this process can name: root, service keys, the dossier's."""
    vault = company.vault
    root = (company.directory / "root.key").read_text().split("key ", 2)[2].split()[0]
    with reading(vault.engine) as tx:
        dossier = dossier_queries.load_dossier(tx, company.dossier_id)
    assert dossier is not None
    held = [vault.keyroom.service_key(name) for name in ServiceKey]
    held.append(unwrap_dossier_key(vault.keyroom, dossier).wrapping.secret)
    held += [key.secret for key in vault.keyroom.keyring._known().opened.values()]
    return [bytes.fromhex(root), *(secret.reveal() for secret in held)]


def _page_starts(company: Company) -> dict[bytes, str]:
    """Stretches of the page image that no sealed object may show."""
    page = unmarked_page(company)
    middle = len(page) // 2
    return {page[16:80]: "head of a page image", page[middle : middle + 64]: "middle of a page image"}


def _every_value(company: Company) -> Iterator[tuple[str, bytes]]:
    """Each value of each table, as bytes."""
    with company.vault.engine.connect() as connection:
        for table in sa.inspect(connection).get_table_names():
            for row in connection.execute(sa.text(f'SELECT * FROM "{table}"')):
                for value in row:
                    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    yield f"table {table}", raw
