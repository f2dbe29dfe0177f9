"""The auditor's screens: links, the form that names nobody in an address, export, verification, hostile words."""

from __future__ import annotations

import json
import re
import threading
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from werkzeug.test import TestResponse

from tests.company import Company
from tests.gateway.visitor import Visitor, Web, open_document
from tests.vault.trail import tampering
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.people import accounts
from vault.recording import record
from vault.trail.querying import TrailQuery
from vault.trail.rows import TrailRow
from vault.trail.searching import search_trail

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}'


@pytest.fixture
def auditor(web: Web) -> Visitor:
    visitor = web.visitor("auditor")
    web.company.sequence()
    return visitor


def recorded(company: Company, event: Event) -> list[TrailRow]:
    company.sequence()
    query = TrailQuery(event=event.value)
    return search_trail(company.vault, company.at_keyboard("auditor"), query=query, limit=200).rows


def words(answer: TestResponse) -> str:
    """The page as it reads, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def asked_by(address: str) -> str:
    """The line in an address."""
    [line] = parse_qs(urlsplit(address).query)["q"]
    return line


# searching


def test_page_shows_who_what_where_and_how_it_ended(auditor: Visitor) -> None:
    """The seven columns, newest first, and where the trail stands."""
    page = auditor.get("/trail?event=dossier.assigned")

    assert page.status_code == 200
    read = words(page)
    assert "Time Actor Event Target Place Reason Outcome" in read
    assert "Beatrice Okafor N-0005" in read
    assert "Head office" in read
    assert re.search(
        r"Signed to #\d+, 24 Nov 2026, \d\d:\d\d [+]08:00 · \d+ waiting · not anchored anywhere · never verified yet",
        read,
    )


def test_codes_are_words_in_the_list_and_on_the_page_of_an_entry(web: Web) -> None:
    """In both languages; the code itself is a title in the list, and stands beside the words of an entry."""
    auditor = web.visitor("auditor")
    record(web.company.vault, Entry(Event.SESSION_ENDED, Outcome.SUCCESS, code="signed_out"))
    record(web.company.vault, Entry(Event.VIEW_DENIED, Outcome.DENIED, code="denied.not_borrower"))
    record(web.company.vault, Entry(Event.OBJECT_TAMPERED, Outcome.FAILED, code="tamper.length"))
    record(web.company.vault, Entry(Event.SESSION_ENDED, Outcome.SUCCESS, code="of_tomorrow"))
    web.company.sequence()

    page = auditor.get("/trail").text
    shown = dict(re.findall(r'outcome-code" title="([^"]+)">([^<]+)<', page))
    assert shown["signed_out"] == "signed out"
    assert shown["denied.not_borrower"].startswith("Only borrowers of this dossier")
    assert shown["tamper.length"] == "The stored object is longer or shorter than what was filed."
    assert shown["of_tomorrow"] == "of_tomorrow"
    [index] = [row.index for row in recorded(web.company, Event.SESSION_ENDED) if row.code == "signed_out"]
    assert "Outcome Done signed out signed_out Actor" in words(auditor.get(f"/trail/entries/{index}"))

    auditor.post("/language", {"language": "zh_Hans_CN"})
    shown = dict(re.findall(r'outcome-code" title="([^"]+)">([^<]+)<', auditor.get("/trail").text))
    assert (shown["signed_out"], shown["tamper.length"]) == ("退出登录", "存储对象的长度与归档时不符。")


def test_moments_are_in_the_auditors_zone_and_say_utc_on_hover(auditor: Visitor) -> None:
    """Shanghai on the page, UTC in the title."""
    page = auditor.get("/trail?event=trail.genesis").text

    assert 'title="2026-11-24 09:00:00 UTC">24 Nov 2026, 17:00:00 +08:00</time>' in page


def test_every_value_is_a_link_that_narrows_the_query(auditor: Visitor, web: Web) -> None:
    """Keeping what was asked for already."""
    page = auditor.get(f"/trail?event=dossier.assigned&dossier={web.company.dossier_id}").text
    person = f"subject:{web.company.ids['borrower']}"

    [link] = {each for each in map(unescape, re.findall(r'href="(/trail\?[^"]+)"', page)) if person in unquote(each)}

    assert asked_by(link) == f"dossier:{web.company.dossier_id} event:dossier.assigned {person}"
    assert "王晓明" in words(auditor.get(link))


def test_active_filters_are_named_and_can_be_taken_away(auditor: Visitor, web: Web) -> None:
    """A chip for each, with the person's name and a link without it."""
    page = auditor.get(f"/trail?person={web.company.ids['borrower']}&event=dossier.assigned&since=2026-11-24T00:00:00Z")

    read = words(page)
    for chip in ("Person: 王晓明 · N-0002", "Event: Duty assigned", "Time: 24 Nov 2026, 08:00 +08:00 –"):
        assert chip in read
    assert 'aria-label="Remove filter: Person"' in page.text


def test_form_leads_to_an_address_that_names_nobody(auditor: Visitor, web: Web) -> None:
    """A name that is typed becomes an id; times become UTC."""
    answer = auditor.post("/trail/filters", {"person": "王晓明", "since": "2026-11-24T08:00", "event": "page.read"})

    assert answer.status_code == 303
    assert asked_by(answer.location) == (
        f"person:{web.company.ids['borrower']} event:page.read time:2026-11-24T00:00:00Z.."
    )


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"person": "nobody at all"}, "Nobody has this login"),
        ({"dossier": "D1999-1"}, "no dossier with this reference"),
        ({"view": "x"}, "letter w and 26"),
        ({"since": "soon"}, "day and time such as"),
        ({"since": "2026-11-24T10:00", "until": "2026-11-24T09:00"}, "must be later"),
        ({"event": "view.stolen"}, "no event of that name"),
    ],
)
def test_refused_filter_keeps_what_was_typed(auditor: Visitor, fields: dict[str, str], sentence: str) -> None:
    """The sentence stands at the field; nothing was searched."""
    answer = auditor.post("/trail/filters", fields)

    assert answer.status_code == 400
    assert sentence in words(answer)
    assert "trail/entries" not in answer.text
    for value in fields.values():
        assert value in answer.text or value == "view.stolen"


def test_older_page_goes_on_where_this_one_ended(auditor: Visitor) -> None:
    """By position, however much was recorded meanwhile."""
    page = auditor.get("/trail").text
    shown = [int(index) for index in re.findall(r'href="/trail/entries/(\d+)"', page.partition("<table")[2])]
    [older] = re.findall(r'rel="next" href="([^"]+)"', page)

    following = auditor.get(unescape(older)).text.partition("<table")[2]

    assert int(re.findall(r'href="/trail/entries/(\d+)"', following)[0]) == shown[-1] - 1


def test_address_with_an_unknown_word_is_refused(auditor: Visitor) -> None:
    """A link that asks for what there is none of is no search that found nothing."""
    for query in ("event=view.stolen", "outcome=perhaps", "since=soon"):
        assert auditor.get(f"/trail?{query}").status_code == 400


def test_odd_positions_begin_at_the_newest(auditor: Visitor) -> None:
    """What is no number of ours asks for nothing."""
    for odd in ("-1", "x", "9" * 40, "%00"):
        assert auditor.get(f"/trail?before={odd}").status_code == 200


def test_search_is_recorded_in_the_auditors_name(auditor: Visitor, web: Web) -> None:
    """With session and place, before it is shown."""
    auditor.get("/trail?event=page.read")

    [entry] = [row for row in recorded(web.company, Event.TRAIL_SEARCHED) if row.details == {"event": "page.read"}]
    assert entry.session_id
    assert entry.place is not None
    assert entry.place.zone == "Head office"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Purpose": "prefetch"},
        {"Sec-Fetch-Site": "none", "Sec-Purpose": "prefetch;prerender"},
        {"Sec-Fetch-Site": "none", "Purpose": "prefetch"},
    ],
)
@pytest.mark.parametrize("path", ["/trail?event=page.read", "/trail/entries/3"])
def test_link_from_elsewhere_searches_nothing_by_itself(
    auditor: Visitor, web: Web, headers: dict[str, str], path: str
) -> None:
    """Nobody outside makes an auditor have searched: a page says where the link leads, and nothing is recorded."""
    before = len(recorded(web.company, Event.TRAIL_SEARCHED))
    answer = auditor.open("GET", path, headers=headers)

    assert answer.status_code == 200
    assert "came here from outside" in answer.text
    assert f'href="{path}"' in answer.text
    assert "<table" not in answer.text
    assert len(recorded(web.company, Event.TRAIL_SEARCHED)) == before + 1  # the one that counted


def test_link_preview_without_a_session_records_nothing(web: Web) -> None:
    """It is led to the door like anybody."""
    before = len(recorded(web.company, Event.TRAIL_SEARCHED))
    answer = web.visitor().open("GET", "/trail?event=page.read", headers={"Sec-Fetch-Site": "none"})

    assert answer.status_code == 303
    assert "/sign-in" in answer.location
    assert len(recorded(web.company, Event.TRAIL_SEARCHED)) == before + 1


def test_typed_words_are_not_in_the_log(auditor: Visitor, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither by the form nor by an address that somebody made by hand."""
    auditor.post("/trail/filters", {"person": "王晓明 the suspect"})
    auditor.get("/trail?person=the-suspect")

    logged = capsys.readouterr()
    assert "suspect" not in logged.out + logged.err


# one entry


def test_entry_begins_with_a_plain_sentence(web: Web) -> None:
    """Who did what, where and why; then fields, the raw leaf, its hash, and that it is signed for."""
    open_document(web.visitor("borrower"), web.company.document_id)
    [entry] = recorded(web.company, Event.VIEW_OPENED)
    page = web.visitor("auditor").get(f"/trail/entries/{entry.index}")

    [heading] = re.findall(r"<h1[^>]*>(.*?)</h1>", page.text)
    assert unescape(heading).startswith("王晓明 (N-0002) was granted view 1 of 3 of document")
    assert unescape(heading).endswith("from Head office. Reason: Offer: Preparing the offer for line four")
    read = words(page)
    assert "Proven just now" in read
    [leaf] = re.findall(r"<pre[^>]*>([^<]+)</pre>", page.text)
    assert json.loads(unescape(leaf))["index"] == entry.index
    assert re.search(r"Hash \(RFC 6962\) [0-9a-f]{64}", read)


def test_entry_says_when_within_the_sentence_in_chinese(web: Web) -> None:
    """No comma that waits for a time behind it."""
    auditor = web.visitor("auditor", language="zh-CN")
    auditor.post("/language", {"language": "zh_Hans_CN"})

    assert re.search(r"此条目包含在检查点 #\d+ ?（[^，）]+ 签名 ?）之内", words(auditor.get("/trail/entries/4")))


def test_altered_entry_says_so(auditor: Visitor, web: Web) -> None:
    """On its page and in the table, without hiding its neighbours."""
    tampering.alter_leaf(web.company, 4, b"<script>alert(1)</script>")

    page = auditor.get("/trail/entries/4")
    table = auditor.get("/trail?before=7")

    assert "NOT what was signed for" in words(page)
    assert "This entry is damaged" in words(page)
    assert "This entry is damaged" in words(table)
    assert "<script>alert" not in page.text + table.text
    assert 'href="/trail/entries/3"' in table.text


@pytest.mark.parametrize("index", ["999999", "99999999999999999999", "-1", "x", "1.5"])
def test_entry_that_there_is_none_of_is_not_found(auditor: Visitor, index: str) -> None:
    """Like any other unknown address."""
    assert auditor.get(f"/trail/entries/{index}").status_code == 404


# verifying


def test_verification_says_sound_in_words(auditor: Visitor, web: Web) -> None:
    """And the page of the trail says so from then on."""
    answer = auditor.post("/trail/verification")
    web.company.sequence()

    assert answer.status_code == 200
    assert re.search(r"Sound\. \d+ entries are what they were", words(answer))
    assert re.search(r"last verified to #\d+, sound,", words(auditor.get("/trail")))


def test_findings_are_said_in_words_with_a_way_to_the_entry(auditor: Visitor, web: Web) -> None:
    """In both languages: what is wrong, what to do, and where."""
    tampering.alter_leaf(web.company, 4, b"{}")

    read = words(answer := auditor.post("/trail/verification"))

    assert "NOT sound." in read
    assert "Change nothing and restore nothing" in read
    assert "stored hash is not that of its content" in read
    assert 'href="/trail/entries/4"' in answer.text
    chinese = web.visitor("auditor", language="zh-CN")
    chinese.post("/language", {"language": "zh_Hans_CN"})
    assert "条目的哈希与内容不符" in words(chinese.post("/trail/verification"))


def test_verification_that_ends_early_says_so_in_words(auditor: Visitor, web: Web) -> None:
    """In both languages, with the entry that tells of it and the number of the request."""
    chinese = web.visitor("auditor", language="zh-CN")
    chinese.post("/language", {"language": "zh_Hans_CN"})
    tampering.run(web.company, "ALTER TABLE trail_nodes RENAME TO trail_gone")

    answers = [auditor.post("/trail/verification"), chinese.post("/trail/verification")]

    assert [answer.status_code for answer in answers] == [200, 200]
    said = words(answers[0])
    assert re.search(r"Not finished The verification ended early.* recorded as entry e[a-z2-7]{26},", said)
    assert "Where it ended stands in the gateway's log, under the number of this request." in said
    assert "Number of this request:" in said
    assert "Change nothing and restore nothing" in said
    assert 'href="/trail?q=event:trail.verified"' in answers[0].text
    assert "验证未能完成" in words(answers[1])
    assert "出错位置见网关日志中本次请求编号之下的记录。" in words(answers[1])
    tampering.run(web.company, "ALTER TABLE trail_gone RENAME TO trail_nodes")
    web.company.sequence()
    read = words(auditor.get("/trail?q=event:trail.verified"))
    assert "never verified yet · a verification ended early, 24 Nov 2026" in read
    assert "Failed ended early" in read
    assert "失败 未能完成" in words(chinese.get("/trail?q=event:trail.verified"))


def test_page_says_before_a_verification_what_a_sealed_vault_cannot_verify(auditor: Visitor, web: Web) -> None:
    """And nothing of it where the vault is open."""
    said = "who, where and why cannot be opened and are not verified"
    assert said not in words(auditor.get("/trail/verification"))
    web.company.vault.keyroom.seal()
    assert said in words(auditor.get("/trail/verification"))


def test_checkpoint_that_was_kept_is_checked_too(auditor: Visitor, web: Web) -> None:
    """The one the page gave is good, however a browser sends its line ends; a forged one is told apart."""
    [kept] = re.findall(r"<pre[^>]*>([^<]+)</pre>", auditor.get("/trail/verification").text)
    kept = unescape(kept)

    good = auditor.post("/trail/verification", {"checkpoint": kept.replace("\n", "\r\n")})
    forged = auditor.post("/trail/verification", {"checkpoint": kept.replace("tests.example", "tests.exempla")})

    assert "Sound." in words(good)
    assert "The checkpoint that you gave is none of this trail" in words(forged)


def test_verification_is_sent_while_it_runs(auditor: Visitor, web: Web) -> None:
    """The head of the page leaves before the result is known."""
    answer = auditor.client.open(
        "/trail/verification",
        method="POST",
        base_url="http://127.0.0.1:8700",
        data={"csrf": auditor.form_token()},
        headers={"Sec-Fetch-Site": "same-origin"},
        environ_overrides={"REMOTE_ADDR": "10.1.2.3"},
        buffered=False,
    )
    pieces = list(answer.response)  # type: ignore[arg-type]
    answer.close()

    assert len(pieces) > 5
    assert answer.headers.get("Content-Length") is None
    text = b"".join(each if isinstance(each, bytes) else each.encode() for each in pieces).decode()
    assert "Sound." in text
    assert web.company.vault.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_second_verification_waits_for_the_first(auditor: Visitor, web: Web) -> None:
    """429 with a sentence, not a queue of whole walks."""
    turn: threading.Semaphore = web.app.extensions["dossier_vault.verification_turn"]
    assert turn.acquire(blocking=False)
    try:
        answer = auditor.post("/trail/verification")
    finally:
        turn.release()

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"
    assert "running already" in words(answer)


# hostile words


def test_hostile_words_of_people_are_shown_as_words(web: Web) -> None:
    """In names, places and reasons: on the table, the entry, the chips and the form."""
    company = web.company
    person = company.person("other")
    accounts.change_person(
        company.vault,
        company.at_keyboard("admin"),
        person_id=person.id,
        facts=accounts.PersonFacts(
            name=HOSTILE,
            staff_number=person.staff_number,
            office=person.office,
            qualifications=person.qualifications,
            clearance=person.clearance,
            locale="en",
            timezone="UTC",
        ),
        revision=person.revision,
    )
    reader = web.visitor("other", address="203.0.113.9")
    opened = open_document(reader, company.document_id, text=HOSTILE, declared_place=HOSTILE[:50], case_number="CRM-1")
    assert opened.status_code == 303
    [entry] = recorded(company, Event.VIEW_OPENED)
    auditor = web.visitor("auditor")

    pages = [
        auditor.get("/trail?event=view.opened"),
        auditor.get(f"/trail/entries/{entry.index}"),
        auditor.get(f"/trail?person={person.id}"),
        auditor.post("/trail/filters", {"person": HOSTILE + "?"}),
        auditor.get(f"/trail/export?person={person.id}"),
    ]

    for page in pages:
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "49" not in re.sub(r"\d{3,}", "", words(page)).split()
        assert HOSTILE[:20] in unescape(page.text)


@pytest.mark.parametrize("name", ["person", "document", "dossier", "view"])
def test_hostile_address_is_shown_as_words(auditor: Visitor, name: str) -> None:
    """What a link brings is escaped wherever it comes back."""
    for hostile in (
        "%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "javascript:alert(1)",
        "%00",
        "%E2%80%AE",
        "'%20or%201=1--",
    ):
        page = auditor.get(f"/trail?{name}={hostile}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert 'href="javascript:' not in page.text


def test_auditor_sees_no_contents_and_changes_nothing(auditor: Visitor, web: Web) -> None:
    """No customer's name, no title, and no form but searching, exporting and verifying."""
    pages = [auditor.get(path).text for path in ("/trail", "/trail/export", "/trail/verification", "/trail/entries/5")]

    assert not any("CANARY" in page or "Offer.txt" in page for page in pages)
    actions = {action for page in pages for action in re.findall(r'<form method="post" action="([^"]+)"', page)}
    assert actions == {"/sign-out", "/language", "/trail/filters", "/trail/export", "/trail/verification"}
