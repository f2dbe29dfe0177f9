"""G5 One door: one code path decrypts content for people, whatever leaves it carries the mark, nothing goes round it.

"The other door" of the pitfalls: an internal address, ``/download`` appended, unmarked previews, thumbnails, old
versions, conversions, zips, another client, HEAD and Range and POST, types that nobody listed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gateway.app import create_app
from gateway.sessions import COOKIE_NAME
from tests.attacks.acting import open_view
from tests.attacks.crawling import LOGINS, Door, doors
from tests.attacks.observing import column, pixels, quota, unmarked_page
from tests.company import CANARY, Company
from tests.gateway.visitor import Visitor, Web, open_document
from tests.repository.sources import imports
from vault.access.reading import read_page
from vault.errors import InputError
from vault.marking.fonts import FontSet
from vault.marking.viewmarks import ViewMarks

IMAGE_STARTS = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"GIF8", b"II*\0", b"MM\0*", b"%PDF", b"PK\x03\x04", b"BM")
"""How images and documents begin, in any format that somebody might send."""
CELLS = 4


def is_page_image(door: Door) -> bool:
    return door.rule.endswith("/pages/<int:page_number>")


def is_page_text(door: Door) -> bool:
    return door.rule.endswith("/pages/<int:page_number>/text")


def carries_mark(served: bytes, bare: bytes) -> bool:
    """Whether the page differs from what was filed in every sixteenth of it, by more than what encoding does."""
    marked, page = (np.asarray(pixels(image))[::3, ::3].astype(np.int16) for image in (served, bare))
    changed = np.abs(marked - page).max(axis=2) > 24
    cells = [cell for rows in np.array_split(changed, CELLS) for cell in np.array_split(rows, CELLS, axis=1)]
    return all(cell.mean() > 0.01 for cell in cells)


@pytest.mark.parametrize("login", LOGINS)
def test_no_route_answers_with_an_unmarked_page_or_its_text(web: Web, login: str) -> None:
    """Every GET of the application, by everybody: no image but the reader's marked page, no text but in its view."""
    bare = unmarked_page(web.company)
    if login == "borrower":
        visitor, path = web.reader()
    else:
        _reader, path = web.reader()
        visitor = web.visitor(login)
    for door in doors(web, view_id=path.rpartition("/")[2], method="GET"):
        answer = visitor.get(door.path)
        mine = login == "borrower" and answer.status_code == 200
        _assert_nothing_bare(answer.data, bare, door)
        if mine and is_page_image(door):
            assert carries_mark(answer.data, bare)
        else:
            assert not answer.data.startswith(IMAGE_STARTS), door
        if not (mine and is_page_text(door)):
            assert CANARY.encode() not in answer.data, door


def test_no_post_answers_with_an_unmarked_page_or_its_text(web: Web) -> None:
    """The same for what changes something, by the reader with the view open; forms are left empty."""
    bare = unmarked_page(web.company)
    reader, path = web.reader()
    for door in doors(web, view_id=path.rpartition("/")[2], method="POST"):
        if door.rule in {"/sign-out", "/sign-in"} or door.rule.endswith("/views/<id:view_id>/end"):
            continue
        answer = reader.post(door.path)
        _assert_nothing_bare(answer.data, bare, door)
        assert not answer.data.startswith(IMAGE_STARTS), door
        assert CANARY.encode() not in answer.data, door


@pytest.mark.parametrize("part", ["", "/pages/1", "/pages/1/text", "/state"])
def test_no_other_method_gets_anything_of_a_view(web: Web, part: str) -> None:
    """HEAD, POST and the rest instead of GET: refused, with nothing of the page, not even its length."""
    reader, path = web.reader()
    for method in ("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "COPY"):
        answer = reader.open(method, path + part)
        assert answer.status_code == 405, method
        assert CANARY.encode() not in answer.data
        assert not answer.data.startswith(IMAGE_STARTS)


def test_no_header_turns_the_page_into_something_else(web: Web) -> None:
    """Always the whole page, always marked, always a JPEG, never "not modified"."""
    bare = unmarked_page(web.company)
    reader, path = web.reader()
    for name, value in {
        "Range": "bytes=0-0",
        "If-Range": '"x"',
        "If-None-Match": "*",
        "If-Modified-Since": "Wed, 21 Oct 2099 07:28:00 GMT",
        "Accept": "application/pdf",
        "Accept-Encoding": "identity;q=0, *",
        "X-Requested-With": "XMLHttpRequest",
        "X-Original-URL": "/original",
        "X-Rewrite-URL": "/original",
        "X-HTTP-Method-Override": "HEAD",
    }.items():
        answer = reader.open("GET", f"{path}/pages/1", headers={name: value})
        assert (answer.status_code, answer.content_type) == (200, "image/jpeg"), name
        assert carries_mark(answer.data, bare), name


TAILS = (
    "/download", "/original", "/raw", "/preview", "/thumbnail", "/print", "/export", "/zip", "/convert/pdf", ".pdf",
    ".webp", ".png", ".jpg", ";jsessionid=1", "/..", "/%2e%2e/1", "%2foriginal", "/text/download", "/text.txt",
)  # fmt: skip


@pytest.mark.parametrize("base", ["view", "page", "document", "dossier"])
def test_what_is_appended_to_an_address_opens_no_other_door(web: Web, base: str) -> None:
    """What worked elsewhere leads nowhere here."""
    reader, path = web.reader()
    bases = {
        "view": path,
        "page": f"{path}/pages/1",
        "document": f"/documents/{web.company.document_id}",
        "dossier": f"/dossiers/{web.company.dossier_id}",
    }
    for tail in TAILS:
        answer = reader.get(bases[base] + tail)
        assert answer.status_code in {404, 405}, tail
        assert CANARY.encode() not in answer.data
        assert not answer.data.startswith(IMAGE_STARTS)


def test_no_query_turns_the_mark_off(web: Web) -> None:
    """Nothing that a client can ask for reaches the marking."""
    bare = unmarked_page(web.company)
    reader, path = web.reader()
    for query in ("download=1", "mark=0", "format=original", "raw=true", "width=0", "page=2", "v=1"):
        answer = reader.get(f"{path}/pages/1?{query}")
        assert carries_mark(answer.data, bare), query
        assert "attachment" not in answer.headers.get("Content-Disposition", "")


def test_page_without_its_mark_is_not_served(web: Web) -> None:
    """Fonts gone after an upgrade: the page is refused, not served bare, and nothing is counted as read."""
    reader, path = web.reader()
    without_fonts = replace(web.company.vault, view_marks=ViewMarks(FontSet(())))
    upgraded = Visitor(create_app(without_fonts))
    upgraded.client.set_cookie(COOKIE_NAME, reader.session_cookie, domain="127.0.0.1", path="/")
    answer = upgraded.get(f"{path}/pages/1")
    assert answer.status_code == 503
    assert not answer.data.startswith(IMAGE_STARTS)
    assert column(web.company, "SELECT pages_delivered FROM views") == [0]
    assert reader.get(f"{path}/pages/1").status_code == 200


def test_page_text_names_its_reader_and_its_view(web: Web) -> None:
    """The rendition for screen readers says whose view it is, since text carries no pixels to mark."""
    reader, path = web.reader()
    page = reader.get(f"{path}/pages/1/text").text
    assert CANARY in page
    assert "王晓明" in page
    assert path.rpartition("/")[2] in page


def test_old_version_opens_for_nobody(company: Company) -> None:
    """Once replaced, a version is reached by no opening; whoever opens gets the current one."""
    company.submit("custodian", b"Second version: forty-two percent\n", document_id=company.document_id)
    company.convert_all()
    actor = company.signed_in("borrower")
    view_id = open_view(company, actor).view_id
    [version] = column(company, "SELECT v.number FROM document_versions v JOIN views w ON w.version_id = v.id")
    assert version == 2
    assert read_page(company.vault, actor, view_id=view_id, page_number=1).jpeg


def test_submitted_version_opens_for_nobody_before_it_is_filed(company: Company) -> None:
    """Not even for its author: what waits for the custodian has no live version."""
    submitted = company.submit("author", b"A draft that nobody has checked yet\n", name="Draft.txt").document_id
    company.convert_all()
    for login in ("borrower", "other", "custodian"):
        with pytest.raises(Exception, match=r"denied\.") as refused:
            open_view(company, company.signed_in(login), document_id=submitted)
        assert refused.value.code in {"denied.not_ready", "denied.not_borrower"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("letter.docx", b"PK\x03\x04word/document.xml"),
        ("all.zip", b"PK\x03\x04" + bytes(100)),
        ("mail.eml", b"From: a@example.com\nSubject: hello\n\nattached\n"),
        ("run.exe", b"MZ" + bytes(200)),
        ("run.sh", b"#!/bin/sh\nrm -rf /\n"),
        ("page.ps", b"%!PS-Adobe-3.0\nshowpage\n"),
        ("nothing", b"no extension at all\n"),
        ("offer.pdf", b"this is no PDF at all, whatever its name says\n"),
        ("offer.txt", b"%PDF-1.7\n%lying about its type\n"),
        ("empty.txt", b""),
    ],
)
def test_type_that_nobody_listed_never_becomes_a_document(company: Company, name: str, content: bytes) -> None:
    """Default deny by type: what is not known to be drawable is refused, never kept "as it is"."""
    before = column(company, "SELECT count(*) FROM documents")
    with pytest.raises(InputError):
        company.submit("custodian", content, name=name)
    assert column(company, "SELECT count(*) FROM documents") == before


def test_nothing_but_original_and_page_pack_is_made_of_a_document(company: Company) -> None:
    """No thumbnails, previews or text index: two sealed objects a version, and no third."""
    assert column(company, "SELECT part FROM sealed_objects ORDER BY part") == ["original", "pages"]
    stored = [path for path in (company.directory / "objects").rglob("*") if path.is_file()]
    assert len(stored) == 2


def test_what_decrypts_content_is_called_in_one_place() -> None:
    """Read from the sources: for people pages are opened by the reading of a view alone.

    Beside it originals are opened by the conversion, both when they are sealed anew, and a page now and then by work on
    keys, to see that it opens; none of that leaves the function that opens it but sealed.
    """
    places: dict[str, set[str]] = {}
    for use in imports():
        places.setdefault(use.name, set()).add(use.path)
    opening = ("page_pack.read_part", "page_pack.read_part_of", "envelope.open_sealed")
    opened = set().union(*(places.get(f"vault.sealing.{name}", set()) for name in opening))
    of_procedures = {path for path in opened if path.startswith("vault/custody/procedures/")}
    assert opened - of_procedures == {"vault/access/reading.py", "vault/filing/conversion.py"}
    assert "vault/filing/conversion.py" not in places["vault.sealing.page_pack.read_part_of"]
    assert places["keys.viewkeys.view_wrapping_key"] == {"vault/access/opening.py", "vault/access/reading.py"}
    assert not [path for path in opened if path.startswith("gateway/")]


def test_reason_and_place_reach_the_page_only_as_pixels(web: Web) -> None:
    """What a person types can't put markup or a script beside the page."""
    visitor = web.visitor("", address="203.0.113.5")
    visitor.sign_in("borrower")
    opened = open_document(
        visitor,
        web.company.document_id,
        declared_place="<script>alert(1)</script>",
        text="<img src=x onerror=alert(1)> offer",
    )
    for part in ("", "/pages/1/text"):
        page = visitor.get(opened.location + part).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert quota(web.company).used == 1


def _assert_nothing_bare(body: bytes, bare: bytes, door: Door) -> None:
    """No stretch of the unmarked image's own bytes, wherever in the body."""
    middle = len(bare) // 2
    assert bare[:48] not in body, door
    assert bare[middle : middle + 48] not in body, door
