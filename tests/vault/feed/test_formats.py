"""What each format says of an entry, read back by parsers that know nothing of how it was written."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.vault.feed.parsers import parse_cef, parse_frames, parse_syslog
from tests.vault.feed.samples import (
    CLOSED,
    DAMAGED,
    DENIED,
    HOSTILE_TEXTS,
    OPENED,
    ORDINARY,
    REFUSED,
    SOURCE,
    SUSPENDED,
    hostile,
)
from vault.config import FeedConfig
from vault.feed.cef import cef_line
from vault.feed.characters import is_harmful, visible
from vault.feed.encoding import encode
from vault.feed.entry import FeedEntry
from vault.feed.meanings import MEANINGS
from vault.feed.ocsf import ocsf_line
from vault.feed.syslog import syslog_line
from vault.ledger.events import Event

# What schema.ocsf.io, version 1.6, requires of every class, and of each; either of two where it says "at least one".
OF_ALL = ("activity_id", "category_uid", "class_uid", "type_uid", "time", "severity_id", "metadata.product.vendor_name")
OF_CLASS = {
    2004: ("finding_info.uid", "finding_info.title"),
    3001: ("user",),
    3002: ("user", "service.name"),
    3004: ("entity.uid",),
    3005: ("user", "privileges"),
    6002: ("app.vendor_name",),
    6003: ("actor", "api.operation", "src_endpoint"),
    6006: ("actor", "file.name", "file.type_id", "src_endpoint"),
}


def ocsf(entry: FeedEntry) -> dict[str, Any]:
    line = ocsf_line(entry, source=SOURCE)
    line.encode("utf-8")
    assert not any(is_harmful(each) for each in line)
    event = json.loads(line)
    assert isinstance(event, dict)
    return event


def at(event: dict[str, Any], path: str) -> Any:
    for name in path.split("."):
        event = event[name]
    return event


def feed(**values: Any) -> FeedConfig:
    return FeedConfig(**({"name": "soc", "format": "ocsf", "output": "file"} | values))


@pytest.mark.parametrize("event", Event, ids=lambda event: event.value)
@pytest.mark.parametrize("sample", ORDINARY, ids=lambda entry: str(entry.index))
def test_ocsf_event_has_what_the_schema_requires(sample: FeedEntry, event: Event) -> None:
    """Whatever the entry lacks: every event with every sample's people, place and ids, or without."""
    told = ocsf(replace(sample, event=event))

    for path in (*OF_ALL, "metadata.version", "metadata.product.name", *OF_CLASS[told["class_uid"]]):
        assert at(told, path) not in (None, "", {}, []), path
    assert told["type_uid"] == told["class_uid"] * 100 + told["activity_id"]
    assert told["category_uid"] == told["class_uid"] // 1000
    for endpoint in (told.get("src_endpoint"), *(each["src_endpoint"] for each in told.get("evidences", []))):
        assert endpoint is None or {"ip", "name", "svc_name"} & endpoint.keys()
    for actor in (told.get("actor"), *(each["actor"] for each in told.get("evidences", []))):
        assert actor is None or {"user", "app_name"} & actor.keys()


def test_view_is_told_with_who_where_what_and_its_place_in_the_trail() -> None:
    """File Hosting Activity: Open."""
    told = ocsf(OPENED)

    assert (told["type_uid"], told["status_id"], told["time"]) == (600614, 1, 1795521600123)
    assert told["actor"]["user"] == {"uid": "N-2001", "name": "wang", "uid_alt": OPENED.actor.handle, "type_id": 1}  # type: ignore[union-attr]
    assert told["actor"]["session"] == {"uid": OPENED.session}
    assert told["src_endpoint"] == {"ip": "10.1.2.3", "zone": "总部大楼"}
    assert (told["file"]["uid"], told["file"]["version"]) == (OPENED.document, OPENED.version)
    assert (told["metadata"]["sequence"], told["metadata"]["uid"]) == (7, OPENED.entry_id)
    assert told["metadata"]["logged_time"] == told["time"] + 412
    assert told["unmapped"]["leaf_hash"] == "5a" * 32
    assert told["unmapped"]["details"] == {"number": 2, "allowed": 3, "lease_seconds": 900}


def test_denial_is_a_failure_with_its_code_and_more_severe() -> None:
    """By handle, without place: then the endpoint is the service of the node."""
    told = ocsf(DENIED)

    assert (told["type_uid"], told["status_id"], told["status_code"]) == (600617, 2, "denied.not_assigned")
    assert told["severity_id"] == 3
    assert told["actor"] == {"user": {"uid": DENIED.actor.uid, "type_id": 1}}  # type: ignore[union-attr]
    assert told["src_endpoint"] == {"svc_name": "dossier-vault", "name": "node1"}


def test_account_change_names_both_people_and_the_proxy() -> None:
    """Whoever did it is the actor, whom it happened to the user."""
    told = ocsf(SUSPENDED)

    assert (told["user"]["name"], told["actor"]["user"]["name"]) == ("lee", "wang")
    endpoint = {"ip": "2001:db8::7", "location": {"desc": "客户现场"}, "intermediate_ips": ["10.9.9.9"]}
    assert told["src_endpoint"] == endpoint


def test_nobody_is_said_to_be_unknown_and_the_vault_itself_to_be_an_application() -> None:
    """A sign-in under an unknown login; what the sequencer makes."""
    assert ocsf(REFUSED)["user"] == {"name": "unknown", "type_id": 0}
    assert ocsf(REFUSED)["src_endpoint"]["name"] == "local"
    assert ocsf(CLOSED)["actor"] == {"app_name": "dossier-vault"}


def test_damaged_leaf_is_a_new_critical_finding() -> None:
    """A hole in the trail is an alarm at its own index."""
    told = ocsf(DAMAGED)

    assert (told["class_uid"], told["severity_id"], told["status_id"], told["is_alert"]) == (2004, 5, 1, True)
    assert told["unmapped"]["index"] == 12


def test_cef_line_has_the_keys_of_the_dictionary() -> None:
    """Header, times in milliseconds, users, address; custom fields with their labels."""
    told = parse_cef(cef_line(OPENED, source=SOURCE))

    assert told.header == [
        "0",
        "Dossier Vault",
        "Dossier Vault",
        "0.1.0",
        "view.opened",
        Event.VIEW_OPENED.sentence,
        "3",
    ]
    expected = {"rt": "1795521600535", "start": "1795521600123", "suser": "wang", "suid": "N-2001", "src": "10.1.2.3"}
    assert expected.items() <= told.extension.items()
    labelled = {value: told.extension[key[:-5]] for key, value in told.extension.items() if key.endswith("Label")}
    assert labelled["trailIndex"] == "7"
    assert labelled["leafHash"] == "5a" * 32
    assert labelled["dossier"] == OPENED.dossier
    assert labelled["place"] == "总部大楼"
    assert json.loads(labelled["details"])["lease_seconds"] == 900


def test_cef_gives_an_address_of_ipv6_its_own_field() -> None:
    """``src`` takes IPv4 only."""
    told = parse_cef(cef_line(SUSPENDED, source=SOURCE)).extension

    assert "src" not in told
    assert (told["c6a2"], told["c6a2Label"]) == ("2001:db8::7", "Source IPv6 Address")
    assert (told["duser"], told["duid"]) == ("lee", "N-1001")


def test_syslog_message_has_header_data_and_sentence() -> None:
    """Log audit, by severity; the event is the MSGID; a byte order mark before the text."""
    told = parse_syslog(syslog_line(OPENED, source=SOURCE, enterprise=32473).encode())

    assert (told.facility, told.severity, told.msgid) == (13, 5, "view.opened")
    assert (told.time, told.host, told.app) == ("2026-11-24T12:00:00.123Z", "node1", "dossier-vault")
    facts = told.data["trail@32473"]
    assert (facts["index"], facts["leafHash"], facts["who"], facts["zone"]) == ("7", "5a" * 32, "N-2001", "总部大楼")
    assert told.data["details@32473"] == {"number": "2", "allowed": "3", "lease_seconds": "900"}
    assert told.text == f"\ufeff{Event.VIEW_OPENED.sentence}"


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_stays_one_value_of_json(text: str) -> None:
    """And nothing of it is lost: escapes give it back as it was."""
    told = ocsf(hostile(text))

    assert told["actor"]["user"]["name"] == text
    assert told["src_endpoint"]["zone"] == text
    assert told["unmapped"]["details"]["what"] == text
    assert told["class_uid"] == 6006


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_stays_one_value_of_cef(text: str) -> None:
    """Bars, equals signs, line ends and backslashes end no field; the parser would find a key that was smuggled in."""
    line = cef_line(hostile(text), source=SOURCE)
    told = parse_cef(line)

    assert not any(is_harmful(each) for each in line)
    without_lines = "".join(each if each in "\r\n" else visible(each) for each in text)
    assert told.extension["suser"] == without_lines
    assert told.extension["cs4"] == without_lines
    assert told.extension["reason"] == without_lines
    assert told.header[4] == "view.opened"
    assert told.extension.keys() <= parse_cef(cef_line(hostile("x"), source=SOURCE)).extension.keys()


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_stays_one_value_of_structured_data(text: str) -> None:
    """Quotes, brackets and backslashes end no parameter, names of details no element."""
    line = syslog_line(hostile(text), source=SOURCE, enterprise=32473)
    told = parse_syslog(line.encode())

    assert "\n" not in line
    assert not any(is_harmful(each) for each in line.replace("\ufeff", "", 1))
    assert told.data.keys() == {"trail@32473", "details@32473"}
    assert told.data["trail@32473"]["login"] == visible(text)
    assert told.data["details@32473"] == {"what": visible(text), "a___b_c": visible(text)}
    assert told.host.isascii()


@pytest.mark.parametrize("format_name", ["ocsf", "cef", "syslog"])
def test_lines_of_a_file_are_one_for_each_entry(format_name: str) -> None:
    """Whatever stands in them, by every notion of a line."""
    entries = [*ORDINARY, *map(hostile, HOSTILE_TEXTS)]
    content = encode(entries, feed=feed(format=format_name), source=SOURCE).decode()

    assert content.endswith("\n")
    assert len(content.splitlines()) == len(entries)


@pytest.mark.parametrize("format_name", ["ocsf", "cef", "syslog"])
def test_frames_of_a_stream_are_one_message_for_each_entry(format_name: str) -> None:
    """Counted octets; JSON and CEF are the text of a message, without a byte order mark before them."""
    entries = [*ORDINARY, *map(hostile, HOSTILE_TEXTS)]
    content = encode(entries, feed=feed(format=format_name, output="tcp", address="h:1"), source=SOURCE)
    messages, rest = parse_frames(content)

    assert (len(messages), rest) == (len(entries), b"")
    told = [parse_syslog(each) for each in messages]
    assert [each.msgid for each in told] == [entry.event.value for entry in entries]
    starts = {"ocsf": '{"class_uid":', "cef": "CEF:0|", "syslog": "\ufeff"}
    assert all(each.text.startswith(starts[format_name]) for each in told)


def test_lines_of_a_stream_are_bare_json_and_messages() -> None:
    """What collectors of JSON and of syslog by lines expect."""
    lines = {
        name: encode([OPENED], feed=feed(format=name, output="tcp", address="h:1", framing="lines"), source=SOURCE)
        for name in ("ocsf", "cef", "syslog")
    }

    assert json.loads(lines["ocsf"])["class_uid"] == 6006
    assert parse_syslog(lines["cef"].rstrip(b"\n")).text.startswith("CEF:0|")
    assert parse_syslog(lines["syslog"].rstrip(b"\n")).data["trail@32473"]["index"] == "7"


@pytest.mark.parametrize("format_name", ["ocsf", "cef", "syslog"])
def test_every_event_can_be_said(format_name: str) -> None:
    """In every format, with the index and the leaf hash that tie it to the trail."""
    for event in MEANINGS:
        content = encode([replace(OPENED, event=event)], feed=feed(format=format_name), source=SOURCE).decode()
        assert "5a" * 32 in content
        assert event.value in content
