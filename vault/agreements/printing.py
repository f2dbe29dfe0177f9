"""A certificate as a paper: who, which text in full, when, where, and what proves it."""

from __future__ import annotations

import base64
import datetime as dt
import zoneinfo

from vault.agreements.certificate import Certificate
from vault.agreements.certificate_words import say
from vault.agreements.text import Block, BlockKind
from vault.marking.fonts import FontSet
from vault.model import Place
from vault.policy.agreements import Language
from vault.printing.paper import Facts, Paper, Part, Text, paper_pdf

_STYLES = {
    BlockKind.HEADING: "heading",
    BlockKind.SUBHEADING: "subheading",
    BlockKind.ITEM: "item",
    BlockKind.PARAGRAPH: "body",
}
_SHOWN_HASH_CHARACTERS = 16


def certificate_pdf(
    fonts: FontSet, certificate: Certificate, *, language: Language, timezone: str, issued_at: dt.datetime
) -> bytes:
    """The certificate in ``language``; the agreement's text in the one that it was shown in."""
    zone = zoneinfo.ZoneInfo(timezone)
    title = say(language, certificate.answer.value)
    issued = say(language, "issued", moment=_moment(issued_at, zone, language))
    parts: list[Part] = [
        Text("title", title),
        Text(
            "body",
            say(
                language,
                f"says_{certificate.answer.value}",
                name=certificate.name or say(language, "erased"),
                number=certificate.staff_number or "–",
            ),
        ),
        Facts(_facts(certificate, language, zone)),
        Text("heading", say(language, "text")),
        *text_parts(certificate.title, certificate.blocks),
        Text("heading", say(language, "proof")),
        *_proof_parts(certificate, language),
        Text("small", say(language, "not_shown")),
        Text("small", issued),
    ]
    return paper_pdf(
        fonts,
        Paper(
            title=title,
            language=language.value,
            parts=parts,
            foot=f"{certificate.checkpoint.origin} · {certificate.content_hash[:_SHOWN_HASH_CHARACTERS]}…",
            page_words=lambda number, count: say(language, "page", number=number, count=count),
        ),
    )


def text_parts(title: str, blocks: list[Block]) -> list[Part]:
    """An agreement's text as parts of a paper."""
    return [Text("subheading", title), *(Text(_STYLES[block.kind], block.text) for block in blocks)]


def place_words(place: Place | None, language: Language, *, is_erased: bool) -> str:
    """Where it was, and how that is known."""
    if is_erased:
        return say(language, "erased")
    if place is None:
        return "–"
    return say(language, place.source.value, place=place.label, address=place.address)


def _facts(certificate: Certificate, language: Language, zone: zoneinfo.ZoneInfo) -> list[tuple[str, str]]:
    published = _moment(certificate.published_at, zone, language)
    return [
        (say(language, "agreement"), f"{certificate.title} ({certificate.agreement_id})"),
        (
            say(language, "version"),
            say(language, "version_of", number=certificate.version, moment=published),
        ),
        (say(language, "shown_in"), say(language, certificate.language.value)),
        (say(language, "when"), _moment(certificate.answered_at, zone, language)),
        (say(language, "where"), place_words(certificate.place, language, is_erased=certificate.is_erased)),
        (say(language, "hash"), certificate.content_hash),
    ]


def _proof_parts(certificate: Certificate, language: Language) -> list[Part]:
    path = "\n".join(base64.b64encode(each).decode("ascii") for each in certificate.proof) or "–"
    checkpoint = certificate.checkpoint
    explained = say(language, "proof_says", index=certificate.index, origin=checkpoint.origin, size=checkpoint.size)
    return [
        Text("body", explained),
        Facts([(say(language, "leaf_hash"), certificate.leaf_digest.hex())]),
        Text("label", say(language, "leaf")),
        Text("raw", certificate.leaf.decode("utf-8")),
        Text("label", say(language, "path")),
        Text("raw", path),
        Text("label", say(language, "checkpoint")),
        Text("raw", certificate.note.rstrip("\n")),
    ]


def _moment(moment: dt.datetime, zone: zoneinfo.ZoneInfo, language: Language) -> str:
    """In the reader's zone with its offset, and in UTC."""
    local = moment.astimezone(zone)
    offset = local.strftime("%z")
    return say(
        language,
        "utc",
        local=f"{local:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:]}",
        utc=f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}",
    )
