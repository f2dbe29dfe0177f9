"""G6 Storage learns nothing: no content, customer name, record field, reason, key or password anywhere at rest.

Looked for in the whole vault directory (database with its write-ahead log, objects, spool), in an S3 bucket and a
PostgreSQL database, in temporary directories, in the process's open files without a name, and in the log.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest
import sqlalchemy as sa

from tests.attacks.acting import open_view
from tests.attacks.busy_day import CONTENT, CUSTOMER, DECLARED, live_through_a_day
from tests.attacks.canaries import documents, found_in, on_disk, open_files_of_this_process, spellings
from tests.attacks.observing import unmarked_page
from tests.company import Company, build_company, write_config
from tests.gateway.handing_in import hand_in
from tests.gateway.visitor import make_web
from tests.servers import S3Server
from vault.clock import FixedClock
from vault.database import dossier_queries
from vault.database.engine import reading
from vault.model import Place, PlaceSource
from vault.storage.port import ObjectKey, ObjectStore
from vault.trail.querying import TrailQuery
from vault.trail.searching import search_trail


def test_nothing_at_rest_on_one_machine(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    """SQLite with its log and the object directory, the spool, temporary directories and what was logged."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    wanted = spellings(live_through_a_day(company, kinds=documents(CONTENT)))
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
    storage = s3_server.storage_section(tmp_path, bucket=bucket)
    config = write_config(tmp_path / "vault", database_url=postgresql_url, storage=storage)
    company = build_company(config, clock=clock)
    wanted = spellings(live_through_a_day(company, kinds={"Offer.pdf", "Note.txt"}))
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
    """What somebody says about where they are goes on the mark of each page, so the view's row has it in the clear.

    docs/threat-model.md says so. It stands in no other table: in the trail it is sealed like the reason.
    """
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
