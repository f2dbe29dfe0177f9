"""The summary of a pack as a paper: the questions a court asks, in order, each with the entries that answer it."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from vault.evidence.sections import ORDER, Item
from vault.evidence.words import say
from vault.ledger.bundle.layout import LeftOut
from vault.ledger.events import Event, Outcome
from vault.marking.fonts import FontSet
from vault.model import ReasonCategory
from vault.policy.agreements import Language
from vault.printing.paper import Facts, Grid, Paper, Part, Text, paper_pdf
from vault.trail.exports.sheet import ExportWords

_ABOUT = {"secrecy", "policy", "knowledge", "duties", "identity", "views", "keeping", "damage"}
_HASH, _SHOWN_HASH_CHARACTERS = re.compile(r"[0-9a-f]{64}|[0-9a-f]{32}"), 12
_ID, _SHOWN_ID_CHARACTERS = re.compile(r"[a-z][a-z2-7]{26}"), 9
LOCALES = {Language.ENGLISH: "en", Language.CHINESE: "zh_Hans_CN"}


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


@dataclass(frozen=True, slots=True)
class ReportBody:
    """``standing`` is how the trail was last verified.

    ``left_out`` is what the bundle lacks of what anchors were given and gave back.
    """

    sections: dict[str, list[Item]]
    standing: Item
    left_out: Sequence[LeftOut] = ()


def report_pdf(
    fonts: FontSet, head: ReportHead, body: ReportBody, *, words: ExportWords, language: Language, timezone: str
) -> bytes:
    """The report in ``language`` with times in ``timezone``. It holds no moment of its own."""
    writer = _Writer(language, zoneinfo.ZoneInfo(timezone), words)
    parts: list[Part] = [Text("title", head.title), Facts(writer.head(head, timezone))]
    for name in ORDER:
        parts += writer.damage(body) if name == "damage" else writer.section(name, body.sections[name])
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
    words: ExportWords

    @property
    def locale(self) -> str:
        return LOCALES[self.language]

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

    def damage(self, body: ReportBody) -> list[Part]:
        """How the trail was last verified, whatever the pack is about; what touches it; what the bundle lacks."""
        items, standing, verified = body.sections["damage"], body.standing, body.standing.get("verified")
        parts: list[Part] = [Text("heading", self.say("damage")), Text("small", self.say("about_damage"))]
        if verified is None:
            parts.append(Text("body", self.say("never_verified")))
        else:
            word = "verified_sound" if verified["are_values_opened"] else "verified_sealed"
            word = "verified_damaged" if verified["findings"] else word
            moment = self.moment(verified["time"])
            parts.append(Text("body", self.say(word, **{**verified, "moment": moment})))
        if standing["unacknowledged"]:
            parts.append(Text("body", self.say("unacknowledged", count=standing["unacknowledged"])))
        touching = [item for item in items if item["event"] != Event.TRAIL_VERIFIED.value]
        if touching:
            parts.append(self.entries(touching))
        if body.left_out:
            told = [self.words.left_out(each, locale=self.locale) for each in body.left_out]
            parts += [Text("body", self.say("left_out")), *(Text("item", each) for each in told)]
        is_sound = verified is None or (not verified["findings"] and verified["are_values_opened"])
        is_clean = not touching and not body.left_out and is_sound
        return [*parts, Text("body", self.say("no_damage"))] if is_clean else parts

    def settings(self, items: list[Item]) -> Grid:
        columns: list[tuple[str, float, Callable[[Item], str]]] = [
            ("col_entry", 0.07, lambda item: str(item["index"])),
            ("col_time", 0.15, lambda item: self.moment(item["time"])),
            ("col_detail", 0.78, lambda item: self.detail(item, between=" · ")),
        ]
        return self._grid(columns, items)

    def entries(self, items: list[Item]) -> Grid:
        columns: list[tuple[str, float, Callable[[Item], str]]] = [
            ("col_entry", 0.06, lambda item: str(item["index"])),
            ("col_time", 0.14, lambda item: self.moment(item["time"])),
            ("col_event", 0.14, self.event),
            ("col_person", 0.14, self.people),
            ("col_target", 0.14, self.target),
            ("col_place", 0.12, self.place),
            ("col_detail", 0.26, self.detail),
        ]
        return self._grid(columns, items)

    def views(self, items: list[Item]) -> Grid:
        columns: list[tuple[str, float, Callable[[Item], str]]] = [
            ("col_entry", 0.06, lambda item: str(item["index"])),
            ("col_time", 0.14, lambda item: self.moment(item["time"])),
            ("col_person", 0.12, self.people),
            ("col_target", 0.14, self.target),
            ("col_place", 0.12, self.place),
            ("col_reason", 0.16, self.reason),
            ("col_view", 0.26, self.view),
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
        said, code = self.words.value(Event(item["event"]), locale=self.locale), item.get("code", "")
        if not code:
            return said
        if item["outcome"] == Outcome.SUCCESS.value:
            return f"{said}\n({self.why(code)})"
        told = self.words.told(code, locale=self.locale)
        if told and item["outcome"] == Outcome.DENIED.value:
            return f"{said}\n{self.say('told', words=told)}"
        return f"{said}\n({told or self.why(code)})"

    def why(self, code: str) -> str:
        """Also by an error's code: so ends a view that could not be shown, and so is given back what it used."""
        return self.words.code(code, locale=self.locale) or self.words.told(code, locale=self.locale) or code

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
        category = self.words.value(ReasonCategory(reason["category"]), locale=self.locale)
        said = self.say("reason_words", category=category, text=reason["text"])
        return said + (f" [{reason['case']}]" if reason.get("case") else "")

    def detail(self, item: Item, *, between: str = "\n") -> str:
        told = [self.fact(item, name, value) for name, value in item.get("details", {}).items()]
        if "acknowledged" in item:
            index = item["acknowledged"]
            told.append(self.say("unanswered") if index is None else self.say("answered", index=index))
        reason = self.reason(item)
        return "\n".join(filter(None, (between.join(told), reason if reason != "–" else ""))) or "–"

    def fact(self, item: Item, name: str, value: str | int) -> str:
        """One fact by its readable name; its technical one stands in pack.json."""
        team = item.get("team", {})
        if name == "team" and team:
            return self.say("team_called", **team)
        called, said = self.words.fact(Event(item["event"]), name, value, locale=self.locale)
        return self.say("fact", name=called, value=_shortened(said))

    def view(self, item: Item) -> str:
        """What became of it, which pages were delivered, what they carried, and what the reader had accepted."""
        details = item.get("details", {})
        number = self.say("view_of", number=details.get("number", "–"), allowed=details.get("allowed", "–"))
        pages = ", ".join(str(each["page"]) for each in item["pages"])
        version = str(item.get("policy", "0"))
        policy = self.say("under_policy", version=version) if version != "0" else self.say("under_no_policy")
        told = [number, policy, self.say("pages", pages=pages) if pages else self.say("no_page")]
        if item["texts"]:
            told.append(self.say("text_pages", pages=", ".join(str(each["page"]) for each in item["texts"])))
        if "ended" in item:
            moment, why = self.moment(item["ended"]["time"]), self.why(item["ended"]["code"])
            told.append(self.say("ended", moment=moment, why=why))
        if item["is_returned"]:
            told.append(self.say("returned"))
        if item["mark"]:
            told.append(self.say("mark_was", mark=" / ".join(item["mark"])))
        return "\n".join([*told, self.say("accepted", agreements=self.accepted(item))])

    def accepted(self, item: Item) -> str:
        told = [
            self.say("agreement_version", agreement=f"{each['agreement'][:9]}…", version=each["version"])
            + f" (#{each['index']})"
            for each in item["accepted"]
        ]
        return ", ".join(told) or self.say("nothing_accepted")


def _name(person: dict[str, str]) -> str:
    return "\n".join(filter(None, (person.get("name"), person.get("staff_number")))) or person.get("id", "–")


def _shortened(value: Any) -> str:
    text = str(value)
    if _HASH.fullmatch(text):
        return f"{text[:_SHOWN_HASH_CHARACTERS]}…"
    return f"{text[:_SHOWN_ID_CHARACTERS]}…" if _ID.fullmatch(text) else text
