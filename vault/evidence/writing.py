"""Writes a pack member by member (docs/spec/evidence-pack.md).

::

    README.txt           what it is and how to check it, in both languages
    summary.pdf          the questions in their order, for people
    pack.json            the same facts, for programs
    entries.jsonl        every entry that they rest on, exact, with values and proofs
    agreements/..        each published version as the bytes that its hash is of
    certificates/..      one for each answer of the people concerned
    evidence.zip         the evidence bundle of everything about the subject, with its verifier
    SHA256SUMS

The summary is a view; what proves it are the entries. What cannot be read or proven stops the pack: one that is silent
about a hole would be worse than none.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import resources

from keys.model import Secret
from vault.agreements.certificate import load_certificate
from vault.agreements.content import content_bytes, require_intact
from vault.agreements.printing import certificate_pdf
from vault.custody.keyroom import ServiceKey
from vault.database import (
    agreement_answer_queries,
    agreement_queries,
    ledger_reading,
    people_queries,
)
from vault.database.engine import reading
from vault.errors import TamperError
from vault.evidence.gathering import Gathered, gather
from vault.evidence.report import LOCALES, ReportBody, ReportHead, report_pdf
from vault.evidence.sections import ORDER, Item, sections_of, standing_of
from vault.evidence.subject import PackOrder
from vault.evidence.views import views_of
from vault.evidence.words import say
from vault.ledger.bundle.archive import zip_bytes
from vault.ledger.bundle.layout import BundleOrder, LeftOut, Member, line
from vault.ledger.bundle.proving import Subtrees, entry_line
from vault.ledger.checkpoint import Checkpoint, verifier_key
from vault.ledger.events import Event, Outcome
from vault.ledger.proofs import ProofRefused, verify_inclusion
from vault.ledger.reader import OpenedEntry, open_entries
from vault.ledger.recorder import instant
from vault.ledger.tree import leaf_hash
from vault.model import PersonId
from vault.policy.agreements import Language
from vault.runtime import Vault
from vault.trail.exports.bundle import bundle_of
from vault.trail.exports.pinned import newest_pin
from vault.trail.exports.sheet import ExportWords

FORMAT = "vault.evidence-pack.v1"
README, SUMMARY, PACK, ENTRIES, BUNDLE, SUMS = (
    "README.txt",
    "summary.pdf",
    "pack.json",
    "entries.jsonl",
    "evidence.zip",
    "SHA256SUMS",
)
BATCH = 500


@dataclass(frozen=True, slots=True)
class PackStyle:
    """In which language and time zone a pack speaks to people; ``words`` are those of the screens."""

    words: ExportWords
    language: Language
    timezone: str


def pack_bytes(vault: Vault, order: PackOrder, *, style: PackStyle, left_out: list[LeftOut]) -> Iterator[bytes]:
    """The pack as a zip, in pieces. TamperError where something is not what it must be.

    To ``left_out`` is added what its bundle lacks of what anchors were given and gave back.
    """
    return zip_bytes(pack_members(vault, order, style=style, left_out=left_out))


def is_closed(vault: Vault, order: PackOrder) -> bool:
    """Whether the closing entry is under a signed checkpoint already, a second or so after the order."""
    if not order.closing:
        return True
    with reading(vault.engine) as tx:
        leaf = ledger_reading.leaf_of_entry(tx, order.closing)
        return leaf is not None and leaf.position < newest_pin(tx).checkpoint.size


def pack_members(vault: Vault, order: PackOrder, *, style: PackStyle, left_out: list[LeftOut]) -> Iterator[Member]:
    """(name, pieces) of each member in order, each to be consumed to its end."""
    key = vault.keyroom.service_key(ServiceKey.TRAIL_READING)
    gathered = gather(vault, order.criteria, order.pin.checkpoint)
    bundle = b"".join(_bundle(vault, order, left_out))  # first, since the summary says what it lacks
    body = ReportBody(_sections(vault, order, gathered), standing_of(gathered.damage), tuple(left_out))
    sums: list[str] = []
    for name, content in _members(vault, order, gathered, body, key, style=style):
        sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
        yield name, iter([content])
    sums.append(f"{hashlib.sha256(bundle).hexdigest()}  {BUNDLE}\n")
    yield BUNDLE, iter([bundle])
    yield SUMS, iter(["".join(sums).encode()])


def _members(
    vault: Vault,
    order: PackOrder,
    gathered: Gathered,
    body: ReportBody,
    key: Secret,
    *,
    style: PackStyle,
) -> Iterator[tuple[str, bytes]]:
    yield README, (resources.files("vault.evidence") / README).read_bytes()
    words, language, timezone = style.words, style.language, style.timezone
    head = _head(order, style)
    yield SUMMARY, report_pdf(vault.mark_fonts, head, body, words=words, language=language, timezone=timezone)
    yield PACK, _pack_json(order, body)
    yield ENTRIES, b"".join(_entry_lines(vault, order, gathered.indexes, key))
    yield from _agreements(vault, gathered)
    yield from _certificates(vault, order, gathered, key, language=language, timezone=timezone)


def _sections(vault: Vault, order: PackOrder, gathered: Gathered) -> dict[str, list[Item]]:
    readers = {PersonId(row.actor_id) for row in gathered.own if row.event is Event.VIEW_OPENED and row.actor_id}
    with reading(vault.engine) as tx:
        people = people_queries.people_by_id(tx, readers)
    timezones = {str(person.id): person.timezone for person in people.values()}
    views = views_of(gathered.own, gathered.answers, timezones=timezones)
    return sections_of(gathered, views, person_id=order.subject.person_id)


def _head(order: PackOrder, style: PackStyle) -> ReportHead:
    checkpoint, subject = order.pin.checkpoint, order.subject
    word = "title_person" if subject.person_id else "title_document"
    language = style.language
    category = style.words.value(order.reason.category, locale=LOCALES[language])
    reason = say(language, "reason_words", category=category, text=order.reason.text)
    case = f" [{order.reason.case_number}]" if order.reason.case_number else ""
    return ReportHead(
        title=say(language, word, name=subject.label),
        subject=subject.person_id or subject.document_id,
        ordered=order.ordered_by_name,
        reason=f"{reason}{case}",
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=base64.b64encode(checkpoint.root).decode("ascii"),
        signed_at=order.pin.signed_at,
    )


def _pack_json(order: PackOrder, body: ReportBody) -> bytes:
    checkpoint, subject = order.pin.checkpoint, order.subject
    pack: dict[str, object] = {
        "format": FORMAT,
        "subject": {"person": subject.person_id} if subject.person_id else {"document": subject.document_id},
        "label": subject.label,
        "ordered": {
            "by": order.ordered_by_name,
            "at": instant(order.ordered_at),
            "reason": {
                "category": order.reason.category.value,
                "text": order.reason.text,
                "case": order.reason.case_number,
            },
        },
        "checkpoint": {
            "origin": checkpoint.origin,
            "size": checkpoint.size,
            "root": base64.b64encode(checkpoint.root).decode("ascii"),
            "note": order.pin.note,
        },
        "sections": {name: body.sections[name] for name in ORDER},
        "standing": body.standing,
        "not_shown": {language.value: say(language, "limits") for language in Language},
    }
    if body.left_out:
        pack["left_out"] = [asdict(each) for each in body.left_out]
    return json.dumps(pack, ensure_ascii=False, indent=1).encode() + b"\n"


def _entry_lines(vault: Vault, order: PackOrder, indexes: list[int], key: Secret) -> Iterator[bytes]:
    """The provable export of docs/spec/trail.md of exactly these entries.

    A proof that leads elsewhere than to the root is found here, not by whoever is handed it.
    """
    checkpoint, subtrees = order.pin.checkpoint, Subtrees()
    for start in range(0, len(indexes), BATCH):
        some = indexes[start : start + BATCH]
        with reading(vault.engine) as tx:
            opened = open_entries(tx, list(ledger_reading.load_leaves(tx, some).values()), reading_key=key)
            entries = {entry.position: entry for entry in opened if entry.facts}
            if len(entries) != len(some):
                raise TamperError("tamper.detected")
            proofs = [subtrees.inclusion(tx, index, size=checkpoint.size) for index in some]
        for index, proof in zip(some, proofs, strict=True):
            _require_proven(entries[index], proof, checkpoint)
            yield entry_line(entries[index], proof=proof)
    yield line({"checkpoint": order.pin.note, "key": verifier_key(checkpoint.origin, order.pin.public)})


def _require_proven(entry: OpenedEntry, proof: list[str], checkpoint: Checkpoint) -> None:
    path = [base64.b64decode(each) for each in proof]
    try:
        verify_inclusion(leaf_hash(entry.leaf), path, index=entry.position, size=checkpoint.size, root=checkpoint.root)
    except ProofRefused as error:
        raise TamperError("tamper.detected") from error


def _agreements(vault: Vault, gathered: Gathered) -> Iterator[tuple[str, bytes]]:
    """The texts that the pack speaks of; each must have the hash that its publication recorded."""
    for row in gathered.general:
        if row.event is not Event.AGREEMENT_PUBLISHED:
            continue
        agreement_id, number = str(row.details.get("agreement", "")), int(row.details.get("version", 0))
        with reading(vault.engine) as tx:
            version = agreement_queries.load_version(tx, agreement_id, number)
        if version is None or require_intact(version).hex() != row.details.get("hash"):
            raise TamperError("tamper.agreement")
        yield f"agreements/{agreement_id}-v{number}.json", content_bytes(version)


def _certificates(
    vault: Vault, order: PackOrder, gathered: Gathered, key: Secret, *, language: Language, timezone: str
) -> Iterator[tuple[str, bytes]]:
    """One for each answer that the trail tells of; an answer without its row is none that could be passed over."""
    wanted = {row.index for row in gathered.answers if row.outcome is Outcome.SUCCESS}
    for person in sorted({row.actor_id for row in gathered.answers if row.actor_id}):
        with reading(vault.engine) as tx:
            answers = agreement_answer_queries.answers_of(tx, PersonId(person))
            certificates = [load_certificate(tx, answer, reading_key=key) for answer in answers]
        for each in certificates:
            if each.index in wanted:
                wanted.remove(each.index)
                pdf = certificate_pdf(
                    vault.mark_fonts, each, language=language, timezone=timezone, issued_at=order.ordered_at
                )
                yield f"certificates/{each.index}-{each.answer_id}.pdf", pdf
    if wanted:
        raise TamperError("tamper.agreement")


def _bundle(vault: Vault, order: PackOrder, left_out: list[LeftOut]) -> Iterator[bytes]:
    """Everything about the subject as the evidence bundle that third parties check by themselves."""
    subject = order.subject
    word = "title_person" if subject.person_id else "title_document"
    bundle_order = BundleOrder(
        query=order.query,
        words={language.value: say(language, word, name=subject.label) for language in Language},
        person_id=order.ordered_by,
        person_name=order.ordered_by_name,
        reason=order.reason,
        ordered_at=order.ordered_at,
    )
    return bundle_of(
        vault,
        bundle_order,
        criteria=order.criteria,
        below=order.pin.checkpoint.size,
        closing=order.closing,
        left_out=left_out,
    )
