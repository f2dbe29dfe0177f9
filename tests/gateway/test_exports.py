"""The auditor's exports in the browser: looked at, ordered, watched, downloaded in parts, removed; hostile words."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from tests.anchoring import damaged_stamp
from tests.gateway.test_trail import recorded, words
from tests.gateway.visitor import Visitor, Web
from tests.vault.trail import tampering
from tests.vault.trail.exports.making_exports import ORIGIN, make_all, record_of, signing_public
from tests.vault.trail.test_downloading import another_auditor
from vault.database.engine import transaction
from vault.database.tables.exports import trail_exports
from vault.ledger.events import Event
from vault.ledger.export import verify_export
from vault.ledger.export_note import open_export_note

REASON = {"category": "review", "text": "Yearly audit of the sales office"}


@pytest.fixture
def auditor(web: Web) -> Visitor:
    visitor = web.visitor("auditor")
    web.company.sequence()
    return visitor


def shown(page: TestResponse) -> dict[str, str]:
    """The hidden fields of the page: what it showed."""
    found = {}
    for field in re.findall(r"<input[^>]*>", page.text):
        name, value = re.search(r'name="([^"]*)"', field), re.search(r'value="([^"]*)"', field)
        if name and value and name[1] in {"size", "rows", "digest"}:
            found[name[1]] = value[1]
    assert found.keys() == {"size", "rows", "digest"}
    return found


def order(auditor: Visitor, query: str = "", **changed: str) -> TestResponse:
    address = f"/trail/export{query}"
    sent = {**REASON, "format": "proofs", "headers": "words", **shown(auditor.get(address)), **changed}
    return auditor.post(address, sent)


def ready(auditor: Visitor, web: Web, query: str = "", **changed: str) -> str:
    """The address of an export whose file is made."""
    answer = order(auditor, query, **changed)
    assert answer.status_code == 303, words(answer)
    make_all(web.company)
    return urlsplit(answer.location).path


def id_of(address: str) -> str:
    return address.rpartition("/")[2]


def test_page_shows_number_and_digest_before_anything_is_ordered(auditor: Visitor, web: Web) -> None:
    """With the filters in words; counting is recorded like a search."""
    page = auditor.get("/trail/export?event=dossier.assigned")

    read = words(page)
    assert "Event: Duty assigned" in read
    assert "Entries 5" in read
    assert re.search(r"Digest of the selection [0-9a-f]{64}", read)
    assert recorded(web.company, Event.TRAIL_EXPORTED) == []
    assert [row for row in recorded(web.company, Event.TRAIL_SEARCHED) if "counted" in row.details]


def test_export_is_a_proven_file_of_exactly_the_query(auditor: Visitor, web: Web) -> None:
    """As a download that no browser shows or keeps."""
    address = ready(auditor, web, "?event=dossier.assigned")
    answer = auditor.get(f"{address}/file")

    assert answer.status_code == 200
    assert answer.mimetype == "application/x-ndjson"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Accept-Ranges"] == "bytes"
    lines = answer.data.splitlines(keepends=True)
    assert verify_export(lines, origin=ORIGIN, public=signing_public(web.company)) == 5


def test_export_is_an_event_with_its_reason(auditor: Visitor, web: Web) -> None:
    """In the auditor's name, with session and place."""
    order(auditor, "?event=page.read")

    [entry] = recorded(web.company, Event.TRAIL_EXPORTED)
    assert entry.reason is not None
    assert (entry.reason.text, entry.details["event"]) == (REASON["text"], "page.read")
    assert entry.session_id


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": "."}, "a colleague understands it a year from now"),
        ({"category": ""}, "Choose what the reason is about"),
        ({"format": "exe"}, "Choose one of the formats"),
        ({"headers": "none"}, "Choose one of the two kinds"),
        ({"rows": "4711"}, "not what this page showed"),
        ({"digest": "00" * 32}, "not what this page showed"),
        ({"digest": "x"}, "not what this page showed"),
        ({"size": "1"}, "not what this page showed"),
    ],
)
def test_refused_order_says_why_and_keeps_what_was_typed(
    auditor: Visitor, web: Web, changed: dict[str, str], sentence: str
) -> None:
    """The form again; no file, no event."""
    answer = order(auditor, "?event=page.read", **changed)

    assert answer.status_code in {400, 409}
    assert sentence in words(answer)
    assert "Event: Page read" in words(answer)
    assert recorded(web.company, Event.TRAIL_EXPORTED) == []


def test_order_needs_the_form_of_this_session(auditor: Visitor, web: Web) -> None:
    """No link and no foreign page exports."""
    assert auditor.post("/trail/export", REASON, token="forged").status_code == 403
    foreign = auditor.open("POST", "/trail/export", data=REASON, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert recorded(web.company, Event.TRAIL_EXPORTED) == []


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Purpose": "prefetch"}])
def test_link_from_outside_counts_and_downloads_nothing(auditor: Visitor, web: Web, headers: dict[str, str]) -> None:
    """Nobody else makes an auditor have counted or downloaded."""
    address = ready(auditor, web)
    before = len(recorded(web.company, Event.TRAIL_SEARCHED))

    for path in ("/trail/export?event=page.read", f"{address}/file"):
        answer = auditor.open("GET", path, headers=headers)
        assert "You came here from outside the vault" in words(answer)

    assert len(recorded(web.company, Event.TRAIL_SEARCHED)) == before + 1
    assert recorded(web.company, Event.EXPORT_DOWNLOADED) == []


def test_page_of_an_export_tells_how_it_stands(auditor: Visitor, web: Web) -> None:
    """Waiting, then ready with its digest, size and last day; the piece for the script says the same."""
    answer = order(auditor)
    address = urlsplit(answer.location).path
    assert "Waiting" in words(auditor.get(address))
    assert "live.js" in auditor.get(address).text

    make_all(web.company)

    export = record_of(web.company, id_of(address))
    for page in (auditor.get(address), auditor.open("GET", f"{address}/progress")):
        assert "Ready" in words(page)
        assert export.sha256.hex() in page.text
    assert "1 Dec 2026" in words(auditor.get(address))
    assert "JSON lines with proofs" in words(auditor.get("/trail/exports"))


def test_exports_are_told_apart_by_what_was_asked_for_and_why(auditor: Visitor, web: Web) -> None:
    """In the list and on the page of each, with a way back to the search; of one that ended nobody can say any more."""
    some = ready(auditor, web, "?event=page.read", text="Who read what of Lakeside")
    everything = ready(auditor, web, text="Yearly audit")

    read = words(auditor.get("/trail/exports"))
    assert re.search("Event: Page read ordered .* Who read what of Lakeside", read)
    assert re.search("Every entry of the trail ordered .* Yearly audit", read)
    page = auditor.get(some)
    assert "Event: Page read" in words(page)
    assert "Who read what of Lakeside" in words(page)
    [again] = re.findall(r'href="([^"]*)">Search for these again<', page.text)
    assert "Event: Page read" in words(auditor.get(unescape(again)))
    assert "Every entry of the trail" in words(auditor.get(everything))

    auditor.post(f"{some}/end", {})
    assert "Lakeside" not in words(auditor.get("/trail/exports"))
    assert "Lakeside" not in words(auditor.get(some))
    assert "not as it was stored" not in words(auditor.get(some))


def test_order_that_was_altered_is_shown_without_its_words(auditor: Visitor, web: Web) -> None:
    """Both pages answer, and say that it was."""
    address = ready(auditor, web, "?event=page.read")
    with transaction(web.company.vault.engine) as tx:
        tx.execute(sa.update(trail_exports).values(query_sealed=b"altered"))

    for path in (address, "/trail/exports"):
        answer = auditor.get(path)
        assert answer.status_code == 200
        assert "Page read" not in words(answer)
        assert "What was asked for is not as it was stored" in words(answer)


def test_broken_download_goes_on_where_it_stopped(auditor: Visitor, web: Web) -> None:
    """With the strong validator of the first answer; one download in the trail."""
    file = f"{ready(auditor, web)}/file"
    whole = auditor.get(file)
    validator, length = whole.headers["ETag"], len(whole.data)

    rest = auditor.get(file, Range="bytes=1000-", If_Range=validator)

    assert rest.status_code == 206
    assert rest.headers["Content-Range"] == f"bytes 1000-{length - 1}/{length}"
    assert rest.headers["Content-Length"] == str(length - 1000)
    assert whole.data[:1000] + rest.data == whole.data
    assert len(recorded(web.company, Event.EXPORT_DOWNLOADED)) == 1


def test_part_beyond_the_end_is_416_with_the_length(auditor: Visitor, web: Web) -> None:
    """And a part of another file is the whole of this one."""
    address = ready(auditor, web)
    length = record_of(web.company, id_of(address)).file_bytes

    beyond = auditor.get(f"{address}/file", Range="bytes=9999999-")
    changed = auditor.get(f"{address}/file", Range="bytes=10-", If_Range='"of another file"')

    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{length}")
    assert (changed.status_code, len(changed.data)) == (200, length)


def test_signature_lies_beside_the_file(auditor: Visitor, web: Web) -> None:
    """A text of the trail's that names no entry."""
    answer = auditor.get(f"{ready(auditor, web, format='pdf')}/note")

    note = open_export_note(answer.data.decode(), origin=ORIGIN, public=signing_public(web.company))
    assert note.format == "pdf"
    assert answer.headers["Content-Disposition"].endswith('.pdf.note"')


def test_export_of_another_auditor_is_unknown(auditor: Visitor, web: Web) -> None:
    """Under every address of it."""
    address = ready(auditor, web)
    another_auditor(web.company)
    tampering.run(
        web.company,
        "UPDATE people SET password_phc = (SELECT password_phc FROM people WHERE login = 'auditor'), "
        "password_is_initial = :no WHERE login = 'tomas'",
        no=False,
    )
    other = web.visitor("tomas")

    for path in ("", "/file", "/note", "/progress"):
        assert other.get(f"{address}{path}").status_code == 404
    assert other.post(f"{address}/end").status_code == 404
    assert "You have no export" in words(other.get("/trail/exports"))


def test_export_is_called_off_or_its_file_removed(auditor: Visitor, web: Web) -> None:
    """Either way nothing can be downloaded any more."""
    waiting = urlsplit(order(auditor).location).path
    assert auditor.post(f"{waiting}/end").status_code == 303
    done = ready(auditor, web)
    assert auditor.post(f"{done}/end").status_code == 303

    for address in (waiting, done):
        assert auditor.get(f"{address}/file").status_code == 409
        assert auditor.post(f"{address}/end").status_code == 409
    assert "The file is gone" in words(auditor.get(done))


def test_failed_export_says_why(auditor: Visitor, web: Web) -> None:
    """In a sentence."""
    answer = order(auditor)
    tampering.alter_leaf(web.company, 5, b"{}")
    make_all(web.company)

    assert "is not what it was" in words(auditor.get(urlsplit(answer.location).path))


def test_nothing_typed_reaches_the_name_of_the_file(auditor: Visitor, web: Web) -> None:
    """Neither from the query nor from the reason."""
    query = "?document=x%0d%0aSet-Cookie:a=b%22;filename=evil.html"
    address = ready(auditor, web, query, text='audit"\r\nX-Evil: 1 report')
    answer = auditor.get(f"{address}/file")

    name = r'attachment; filename="trail-\d{8}T\d{6}Z-x[a-z2-7]{8}\.proofs\.jsonl"'
    assert re.fullmatch(name, answer.headers["Content-Disposition"])
    assert "X-Evil" not in answer.headers


def test_trail_without_checkpoint_answers_with_a_sentence(auditor: Visitor, web: Web) -> None:
    """Before anything is ordered."""
    tampering.remove_checkpoints(web.company)

    answer = auditor.get("/trail/export")

    assert answer.status_code == 503
    assert "no signed checkpoint yet" in words(answer)


def test_sealed_vault_says_when_the_file_is_made(auditor: Visitor, web: Web) -> None:
    """The order stands; nothing is lost."""
    address = urlsplit(order(auditor).location).path
    web.company.vault.keyroom.seal()

    assert "made once it is unsealed" in words(auditor.get(address))
    read = words(auditor.get("/trail/exports"))
    assert REASON["text"] not in read
    assert "not as it was stored" not in read
    assert auditor.get(f"{address}/file").status_code == 503


def test_screens_speak_chinese(web: Web) -> None:
    """Every word of ours."""
    auditor = web.visitor("auditor", language="zh-CN")
    auditor.post("/language", {"language": "zh_Hans_CN"})
    web.company.sequence()
    address = ready(auditor, web, format="csv")

    for path in ("/trail/export", address, "/trail/exports"):
        page = unescape(auditor.get(path).text)
        assert "导出" in page
        assert "Export" not in words(auditor.get(path))
    assert "序号".encode() in auditor.get(f"{address}/file").data


def test_page_of_a_bundle_says_what_it_lacks_and_of_others_nothing(auditor: Visitor, web: Web) -> None:
    """Each with its anchor, checkpoint and reason, in the reader's language: known before it is handed on."""
    address = ready(auditor, web, format="bundle")
    assert "damaged" not in words(auditor.get(address))
    for name in ("north", "south"):
        size = damaged_stamp(web.company, name)

    address = ready(auditor, web, format="bundle")
    read = words(auditor.get(address))
    assert "Of what anchors were given and gave back, 2 are not in the file:" in read
    why = "damaged where the vault keeps it (it is no time stamp over that checkpoint)"
    assert f"time stamp of south over the first {size} entries: {why}" in read
    auditor.post("/language", {"language": "zh_Hans_CN"})
    assert f"north 对前 {size} 条的时间戳：在系统内保存期间损坏（它不是对该检查点所加的时间戳）" in words(
        auditor.get(address)
    )
