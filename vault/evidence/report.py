"""The summary of a pack as a paper: the questions a court asks, in order, each with the entries that answer it."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vault.evidence.sections import ORDER, Item
from vault.evidence.words import say, value_words
from vault.ledger.events import Event
from vault.marking.fonts import FontSet
from vault.model import ReasonCategory
from vault.policy.agreements import Language
from vault.printing.paper import Facts, Grid, Paper, Part, Text, paper_pdf

_ABOUT = {"secrecy", "policy", "knowledge", "duties", "identity", "views", "keeping"}
_SHOWN_HASH_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class ReportHead:
    """What stands on top: whom or what it is about, for whom and why, and up to which checkpoint."""

    title: str
    subject: str
    ordered: str
    reason: str
    origin: str
    size: int
    root: str
    signed_at: dt.datetime


def report_pdf(
    fonts: FontSet, head: ReportHead, sections: dict[str, list[Item]], *, language: Language, timezone: str
) -> bytes:
    """The report in ``language`` with times in ``timezone``. It holds no moment of its own."""
    writer = _Writer(language, zoneinfo.ZoneInfo(timezone))
    parts: list[Part] = [Text("title", head.title), Facts(writer.head(head, timezone))]
    for name in ORDER:
        parts += writer.section(name, sections[name])
    parts += [Text("heading", writer.say("trust")), Text("body", writer.say("about_trust"))]
    parts += [Text("heading", writer.say("not_shown")), Text("body", writer.say("limits"))]
    paper = Paper(
        title=head.title,
        language=language.value,
        parts=parts,
        foot=f"{head.origin} · {head.size} · {head.root}",
        page_words=lambda number, count: say(language, "page", number=number, count=count),
    )
    return paper_pdf(fonts, paper)


@dataclass(frozen=True, slots=True)
class _Writer:
    language: Language
    zone: zoneinfo.ZoneInfo

    def say(self, word: str, **values: str | int) -> str:
        return say(self.language, word, **values)

    def head(self, head: ReportHead, timezone: str) -> list[tuple[str, str]]:
        signed = self.moment(head.signed_at.isoformat())
        return [
            (self.say("subject"), head.subject),
            (self.say("ordered"), head.ordered),
            (self.say("why"), head.reason),
            (self.say("stand"), self.say("stand_words", size=head.size, origin=head.origin, moment=signed)),
            (self.say("root"), head.root),
            (self.say("times"), self.say("times_words", zone=timezone)),
        ]

    def section(self, name: str, items: list[Item]) -> list[Part]:
        parts: list[Part] = [Text("heading", self.say(name))]
        if name in _ABOUT:
            parts.append(Text("small", self.say(f"about_{name}")))
        if not items:
            return [*parts, Text("body", self.say("none"))]
        tables = {"views": self.views, "policy": self.settings}
        return [*parts, tables.get(name, self.entries)(items)]

    def settings(self, items: list[Item]) -> Grid:
        columns: list[tuple[str, float, Callable[[Item], str]]] = [
            ("col_entry", 0.07, lambda item: str(item["index"])),
            ("col_time", 0.15, lambda item: self.moment(item["time"])),
            ("col_detail", 0.78, self.detail),
        ]
        return self._grid(columns, items)

    def entries(self, items: list[Item]) -> Grid:
        columns: list[tuple[str, float, Callable[[Item], str]]] = [
            ("col_entry", 0.07, lambda item: str(item["index"])),
            ("col_time", 0.15, lambda item: self.moment(item["time"])),
            ("col_event", 0.13, self.event),
            ("col_person", 0.17, self.people),
            ("col_target", 0.14, self.target),
            ("col_place", 0.12, self.place),
            ("col_detail", 0.22, self.detail),
        ]
        return self._grid(columns, items)

    def views(self, items: list[Item]) -> Grid:
        columns: list[tuple[str, float, Callable[[Item], str]]] = [
            ("col_entry", 0.07, lambda item: str(item["index"])),
            ("col_time", 0.14, lambda item: self.moment(item["time"])),
            ("col_person", 0.13, self.people),
            ("col_target", 0.15, self.target),
            ("col_place", 0.11, self.place),
            ("col_reason", 0.16, self.reason),
            ("col_pages", 0.14, self.pages),
            ("col_accepted", 0.10, self.accepted),
        ]
        return self._grid(columns, items)

    def _grid(self, columns: list[tuple[str, float, Callable[[Item], str]]], items: list[Item]) -> Grid:
        return Grid(
            heading=[self.say(head) for head, _share, _cell in columns],
            rows=[[cell(item) for _head, _share, cell in columns] for item in items],
            widths=[share for _head, share, _cell in columns],
        )

    def moment(self, written: str) -> str:
        local = dt.datetime.fromisoformat(written).astimezone(self.zone)
        offset = local.strftime("%z")
        return f"{local:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:]}"

    def event(self, item: Item) -> str:
        said = value_words(self.language, Event(item["event"]))
        return f"{said} ({item['code']})" if item.get("code") else said

    def people(self, item: Item) -> str:
        actor, subject = item.get("actor", {}), item.get("subject", {})
        told = [_name(actor)] if actor else []
        if subject and subject.get("id") != actor.get("id"):
            told.append(f"→ {_name(subject)}")
        return "\n".join(told) or (self.say("erased") if item.get("hidden") == "erased" else "–")

    def target(self, item: Item) -> str:
        dossier = item.get("dossier", {})
        return "\n".join(filter(None, (dossier.get("reference", ""), item.get("document", "")))) or "–"

    def place(self, item: Item) -> str:
        place = item.get("place", {})
        return "\n".join(filter(None, (place.get("zone") or place.get("declared"), place.get("address")))) or "–"

    def reason(self, item: Item) -> str:
        reason = item.get("reason", {})
        if not reason:
            return "–"
        category = value_words(self.language, ReasonCategory(reason["category"]))
        return f"{category}: {reason['text']}" + (f" [{reason['case']}]" if reason.get("case") else "")

    def detail(self, item: Item) -> str:
        team = item.get("team", {})
        told = [
            self.say("team_called", **team) if name == "team" and team else f"{name} {_shortened(value)}"
            for name, value in item.get("details", {}).items()
        ]
        reason = self.reason(item)
        return "\n".join(filter(None, (" · ".join(told), reason if reason != "–" else ""))) or "–"

    def pages(self, item: Item) -> str:
        details = item.get("details", {})
        number = self.say("view_of", number=details.get("number", "–"), allowed=details.get("allowed", "–"))
        pages = ", ".join(str(each["page"]) for each in item["pages"])
        told = [number, self.say("under_policy", version=item.get("policy", "0")), pages or self.say("no_page")]
        if item["texts"]:
            told.append(self.say("text_pages", pages=", ".join(str(each["page"]) for each in item["texts"])))
        if item["is_returned"]:
            told.append(self.say("returned"))
        if item["mark"]:
            told.append(self.say("mark_was", mark=" / ".join(item["mark"])))
        return "\n".join(told)

    def accepted(self, item: Item) -> str:
        told = [
            self.say("agreement_version", agreement=f"{each['agreement'][:9]}…", version=each["version"])
            + f" (#{each['index']})"
            for each in item["accepted"]
        ]
        return "\n".join(told) or self.say("nothing_accepted")


def _name(person: dict[str, str]) -> str:
    return "\n".join(filter(None, (person.get("name"), person.get("staff_number")))) or person.get("id", "–")


def _shortened(value: Any) -> str:
    text = str(value)
    is_hash = len(text) == 64 and all(mark in "0123456789abcdef" for mark in text)
    return f"{text[:_SHOWN_HASH_CHARACTERS]}…" if is_hash else text
