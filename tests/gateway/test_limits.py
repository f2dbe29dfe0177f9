"""What limits views, as people meet it: on the cover, in the viewer, on the dossier's page and in the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.attacks.observing import trail, view_row
from tests.company import Company, set_policy
from tests.gateway.visitor import Web, make_web, open_document
from tests.mmdb import city_record, encode_database
from vault.geoip import Geography
from vault.ledger.events import Event, Outcome
from vault.model import BrowserPosition, Place, PlaceSource
from vault.policy.document import ClassPolicy, Policy, WorkingHours

SHANGHAI_ADDRESS, BERLIN_ADDRESS = "203.0.113.200", "203.0.113.9"
BUILT = int(dt.datetime(2026, 11, 1, tzinfo=dt.UTC).timestamp())
PAGES = "\n".join(f"Line {number} of the account plan" for number in range(220)).encode()
EVERYTHING = Policy(
    views=3,
    views_a_day=20,
    timezone="Asia/Shanghai",
    hours=WorkingHours(spans=("mon-fri 08:00-18:05", "sat 09:00-12:00"), holidays=("2026-10-01",)),
    position="asked",
    classes={
        "confidential": ClassPolicy(
            views=2, window_days=30, views_a_day=5, pages_per_view=10, zones=("Head office",), countries=("CN",)
        )
    },
)


@pytest.fixture
def located(company: Company, tmp_path: Path) -> Company:
    """The company with a location database: Berlin, and Shanghai."""
    path = tmp_path / "places.mmdb"
    networks = {"203.0.113.0/25": city_record("DE", "Berlin"), "203.0.113.128/25": city_record("CN", "Lujiazui")}
    path.write_bytes(encode_database(networks, built=BUILT))
    return replace(company, vault=replace(company.vault, geography=Geography(path)))


def reader_at(web: Web, address: str) -> Callable[..., int]:
    """Somebody who opens the document from this address; the status of doing so."""
    visitor = web.visitor("", address=address)
    visitor.sign_in("borrower")

    def open_here(**changed: str) -> int:
        fields = {"declared_place": "Customer's site", **changed}
        return open_document(visitor, web.company.document_id, **fields).status_code

    return open_here


def opened(company: Company) -> Place:
    [entry] = [each for each in trail(company, Event.VIEW_OPENED) if each.outcome is Outcome.SUCCESS]
    assert entry.place is not None
    return entry.place


def test_cover_tells_every_limit_and_where_it_comes_from(web: Web) -> None:
    """In both languages; it is 18:00 in Shanghai, five minutes before working hours end."""
    set_policy(web.company, EVERYTHING)
    english = web.visitor("borrower").get(f"/documents/{web.company.document_id}").text
    visitor = web.visitor("borrower")
    visitor.post("/language", {"language": "zh_Hans_CN"})
    chinese = visitor.get(f"/documents/{web.company.document_id}").text
    for words in (
        "This will be view 1 of 2, until working hours end at",
        ">18:05</time>",
        "2 views, the rule for this class; counted over the last 30 days",
        "0 of 20 views of all documents; 0 of 5 views of this class",
        'minutes <span class="aside">(general rule)</span>',
        '10 different pages at most <span class="aside">(rule for this class)</span>',
        "Mon–Fri 08:00–18:05",
        "Sat 09:00–12:00",
        'Head office or China <span class="aside">(rule for this class)</span>',
        "Share the position of this device",
    ):
        assert words in english
    for words in (
        "到工作时间结束为止",
        "按最近 30 天计次",
        "所有文档已用 0 / 20 次",
        "周一–周五 08:00–18:05",
        "Head office或中国",
    ):
        assert words in chinese.replace("Head office 或", "Head office或")


def test_dossiers_page_tells_the_limits_to_whoever_borrows(web: Web) -> None:
    """And to nobody else, whom they do not concern."""
    set_policy(web.company, EVERYTHING)
    page = f"/dossiers/{web.company.dossier_id}"
    open_document(web.visitor("borrower"), web.company.document_id)
    assert "1 of 20 views of all documents; 1 of 5 views of this class" in web.visitor("borrower").get(page).text
    assert "views of all documents" not in web.visitor("custodian").get(page).text


def test_cover_outside_of_working_hours_says_when_it_opens_again(web: Web) -> None:
    """Instead of the form."""
    set_policy(web.company, Policy(timezone="Asia/Shanghai", hours=WorkingHours(spans=("mon-fri 08:00-12:00",))))
    page = web.visitor("borrower").get(f"/documents/{web.company.document_id}").text
    assert "open in working hours only" in page
    assert "It opens again from" in page
    assert 'datetime="2026-11-25T00:00:00' in page
    assert 'name="text"' not in page


def test_view_shows_so_many_different_pages_and_goes_on(web: Web) -> None:
    """Two of them: those that were read can be read again, as images and as text; a third is refused and recorded."""
    set_policy(web.company, Policy(pages_per_view=2))
    company = web.company
    company.document_id = company.submit("custodian", PAGES, name="Plan.txt").document_id
    company.convert_all()
    visitor, path = web.reader()
    frame = visitor.get(path).text
    assert "up to 2 different pages" in frame
    assert "data-counted" in frame

    assert [visitor.get(f"{path}/pages/{number}").status_code for number in (1, 3, 1)] == [200, 200, 200]
    refused = visitor.get(f"{path}/pages/2")
    assert refused.status_code == 403
    assert refused.get_json()["code"] == "denied.pages"
    assert "This view may show 2 different pages" in refused.get_json()["sentence"]
    assert visitor.get(f"{path}/pages/2/text").status_code == 403
    assert [visitor.get(f"{path}/pages/{part}").status_code for part in ("1/text", "3", "3/text")] == [200] * 3
    assert visitor.get(f"{path}/state").status_code == 200
    row = view_row(company, path.rpartition("/")[2])
    assert (row.distinct_pages, row.pages_delivered, row.ended_at) == (2, 6, None)
    assert [entry.fact("code") for entry in trail(company, Event.PAGE_REFUSED)] == ["denied.pages"] * 2


def test_evidence_stands_side_by_side_and_nothing_is_judged(located: Company) -> None:
    """Declared Berlin, from an address in Lujiazui, a browser near London: all of it in the record, each as known."""
    set_policy(located, Policy(position="asked"))
    web = make_web(located)
    open_here = reader_at(web, SHANGHAI_ADDRESS)
    assert open_here(declared_place="Berlin", position="51.507351,-0.127758,24.4") == 303

    assert opened(located) == Place(
        address=SHANGHAI_ADDRESS,
        source=PlaceSource.DECLARED,
        declared="Berlin",
        country="CN",
        city="Lujiazui",
        geoip_built="2026-11-01",
        position=BrowserPosition(5151, -13, 24),
    )
    located.sequence()
    index = next(entry.position for entry in trail(located, Event.VIEW_OPENED))
    page = web.visitor("auditor").get(f"/trail/entries/{index}").text
    for words in ("Berlin", "Lujiazui · China", "as of 2026-11-01", "51.51,-0.13", "within 24 m, as the browser says"):
        assert words in page


def test_places_beyond_the_label_are_nowhere_in_clear(located: Company) -> None:
    """City and position are personal: sealed with the entry, and in no column."""
    set_policy(located, Policy(position="required"))
    open_here = reader_at(make_web(located), SHANGHAI_ADDRESS)
    assert open_here(position="52.516300,13.377700,24") == 303
    located.sequence()
    stored = b"".join(each.read_bytes() for each in located.directory.glob("vault.db*"))
    assert b"Customer's site" in stored  # the words on the mark, which are shown to the security officer
    for words in (b"Lujiazui", b"52.52", b"13.38"):
        assert words not in stored


@pytest.mark.parametrize(
    ("demand", "position", "status", "kept"),
    [
        ("never", "52.5163,13.3777,24", 303, None),
        ("asked", "52.5163,13.3777,24", 303, BrowserPosition(5252, 1338, 24)),
        ("asked", "", 303, None),
        ("asked", "91,0,5", 303, None),
        ("required", "52.5163,13.3777,24", 303, BrowserPosition(5252, 1338, 24)),
        ("required", "", 403, None),
        ("required", "nan,inf,1e9", 403, None),
        ("required", "52.5163,13.3777", 403, None),
    ],
)
def test_position_is_kept_where_the_policy_asks(
    web: Web, demand: str, position: str, status: int, kept: BrowserPosition | None
) -> None:
    """Unasked it is thrown away; what is no position is none; where it is demanded nothing opens without it."""
    set_policy(web.company, Policy(position=demand))  # type: ignore[arg-type]
    answer = open_document(web.visitor("borrower"), web.company.document_id, position=position)
    assert answer.status_code == status
    if status == 303:
        assert opened(web.company).position == kept
    else:
        assert "asks for the position of your device" in answer.text
        assert trail(web.company, Event.VIEW_DENIED)[0].fact("code") == "denied.position_needed"


def test_browser_may_be_asked_on_the_cover_alone_and_where_the_policy_wants_it(web: Web) -> None:
    """On every other screen the browser would refuse."""
    cover, dossier = f"/documents/{web.company.document_id}", f"/dossiers/{web.company.dossier_id}"
    visitor = web.visitor("borrower")

    def is_permitted(path: str) -> bool:
        return "geolocation=(self)" in visitor.get(path).headers["Permissions-Policy"]

    assert not is_permitted(cover)
    set_policy(web.company, Policy(position="asked"))
    assert (is_permitted(cover), is_permitted(dossier)) == (True, False)
    assert "position.js" in visitor.get(cover).text
    set_policy(web.company, Policy(classes={"confidential": ClassPolicy(position="never")}))
    assert not is_permitted(cover)


def test_class_opens_in_its_countries_only(located: Company) -> None:
    """By the address alone: what somebody declares changes nothing."""
    set_policy(located, Policy(countries=("CN",)))
    web = make_web(located)
    assert reader_at(web, BERLIN_ADDRESS)(declared_place="Shanghai") == 403
    assert reader_at(web, SHANGHAI_ADDRESS)(declared_place="Shanghai") == 303
    assert [entry.fact("code") for entry in trail(located, Event.VIEW_DENIED)] == ["denied.place"]


def test_missing_database_stops_only_what_needs_a_country(company: Company, tmp_path: Path) -> None:
    """Health and doctor say it; everybody else goes on working."""
    lost = replace(company, vault=replace(company.vault, geography=Geography(tmp_path / "gone.mmdb")))
    web = make_web(lost)
    assert reader_at(web, SHANGHAI_ADDRESS)() == 303
    set_policy(lost, Policy(countries=("CN",), zones=("Head office",)))
    assert reader_at(web, SHANGHAI_ADDRESS)() == 403
    assert trail(lost, Event.VIEW_DENIED)[0].fact("code") == "denied.country_unknown"
    assert open_document(web.visitor("other"), lost.document_id).status_code == 303
