"""One plain sentence for each entry of the trail, in English and Simplified Chinese: who did what, where and why.

The sentences stand in gateway.event_table, like those for errors beside the code. Every value that people typed arrives
as it is and is escaped by whoever shows it; none is read as a template.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping

from gateway.event_table import TELLINGS
from gateway.sentence_table import Sentence
from vault.ledger.events import Outcome
from vault.model import Classification, Duty, Place, PlaceSource, Reason
from vault.policy.custody import OperationKind
from vault.policy.erasing import ErasureKind
from vault.policy.granting import GrantKind
from vault.policy.leaving import Side
from vault.trail.rows import TrailRow

Words = Callable[[enum.Enum], str]
"""The words for an enum's value in the language of the sentence."""
SHORT_ID_CHARACTERS = 9


def tell_entry(row: TrailRow, *, locale: str, words: Words) -> str:
    """The whole sentence: who did what, where from, and why."""
    is_chinese = locale.startswith("zh")
    sentence = _sentence_of(row)
    what = _say(sentence, is_chinese, _Slots(row, is_chinese, words)) + _ending_of(row, sentence, is_chinese)
    if not row.actor_name:  # a name keeps its spelling, our own words begin a sentence
        what = what[:1].upper() + what[1:]
    place = _place_words(row.place, is_chinese) if row.place else ""
    parts = [_say(_FROM if place else _PLAIN, is_chinese, {"what": what, "place": place})]
    if row.reason:
        parts.append(_say(_BECAUSE, is_chinese, {"reason": reason_words(row.reason, is_chinese, words)}))
    return ("" if is_chinese else " ").join(parts)


def short_id(long_id: str) -> str:
    """Enough of an id to recognise it."""
    return f"{long_id[:SHORT_ID_CHARACTERS]}…" if len(long_id) > SHORT_ID_CHARACTERS else long_id


def reason_words(reason: Reason, is_chinese: bool, words: Words) -> str:
    """Category, text and case number in one line."""
    case = _say(_CASE, is_chinese, {"case": reason.case_number}) if reason.case_number else ""
    return f"{words(reason.category)}{'：' if is_chinese else ': '}{reason.text}{case}"


def _sentence_of(row: TrailRow) -> Sentence:
    if row.event is None:
        return _UNREADABLE.get(row.hidden, _UNREADABLE["damaged"])
    telling = TELLINGS[row.event]
    for name in (*(f"{row.code}:{detail}" for detail in row.details), row.code, *row.details):
        if name in telling.variants:
            return telling.variants[name]
    if row.outcome is Outcome.FAILED and telling.failed:
        return telling.failed
    if row.outcome is not Outcome.SUCCESS and telling.tried:
        return telling.tried
    return telling.nobody if telling.nobody and not row.subject_id else telling.done


def _ending_of(row: TrailRow, sentence: Sentence, is_chinese: bool) -> str:
    """What came of what somebody tried; '' where the sentence says so itself."""
    if row.outcome not in _ENDINGS or row.event is None or TELLINGS[row.event].tried is not sentence:
        return ""
    return _say(_ENDINGS[row.outcome], is_chinese, {})


class _Slots(dict[str, str]):
    """What sentences speak of: each is made when one asks for it, since most speak of two or three."""

    def __init__(self, row: TrailRow, is_chinese: bool, words: Words) -> None:
        super().__init__()
        self._row, self._is_chinese, self._words = row, is_chinese, words

    def __missing__(self, name: str) -> str:
        if name in _SLOTS:
            return _SLOTS[name](self._row, self._is_chinese, self._words)
        return str(self._row.details[name]) if name in self._row.details else _UNTOLD[name]


def _actor(row: TrailRow, is_chinese: bool) -> str:
    return _person(row.actor_id, row.actor_name, row.actor_staff_number, is_chinese)


def _subject(row: TrailRow, is_chinese: bool) -> str:
    return _person(row.subject_id, row.subject_name, row.subject_staff_number, is_chinese)


def _detail(row: TrailRow, name: str, default: str = "") -> str:
    return str(row.details.get(name, default))


def _minutes(row: TrailRow) -> str:
    seconds = row.details.get("lease_seconds")
    return str(seconds // 60) if isinstance(seconds, int) else "–"


def _person(person_id: str, name: str, staff_number: str, is_chinese: bool) -> str:
    if not person_id:
        return ""
    if not name:
        return _say(_GONE, is_chinese, {"id": short_id(person_id)})
    return f"{name}（{staff_number}）" if is_chinese else f"{name} ({staff_number})"


def _dossier(row: TrailRow, is_chinese: bool) -> str:
    called = row.dossier_reference or short_id(row.dossier_id)
    return _say(_DOSSIER if called else _A_DOSSIER, is_chinese, {"id": called})


def _document(row: TrailRow, is_chinese: bool) -> str:
    if not row.document_id:
        return _say(_A_DOCUMENT, is_chinese, {})
    sentence = _DOCUMENT_OF if row.dossier_id else _DOCUMENT
    return _say(sentence, is_chinese, {"id": short_id(row.document_id), "dossier": _dossier(row, is_chinese)})


def _place_words(place: Place, is_chinese: bool) -> str:
    return _say(_PLACES[place.source], is_chinese, {"place": place.label, "address": place.address})


def _enum_words(kind: type[enum.Enum], value: str, words: Words) -> str:
    if not value:
        return "–"
    try:
        return words(kind(value))
    except ValueError:
        return value


def _say(sentence: Sentence, is_chinese: bool, slots: Mapping[str, str]) -> str:
    return (sentence.zh if is_chinese else sentence.en).format_map(slots)


_UNTOLD = dict.fromkeys(
    (
        *("number", "allowed", "pages", "page", "views", "asked", "granted", "size"),
        *("findings", "check", "index", "day", "month", "count", "shares", "version", "rows"),
        *("views_confidential", "lease_minutes_confidential"),
        *("anchor", "outage", "outside", "origin", "former", "lost"),
        *("feed", "target", "waiting", "from", "to"),
        *("base", "changes"),
        *("amount", "approvals", "needed"),
        *("points", "rules", "feature"),
        *("first_day", "last_day", "days", "format", "sessions", "requests", "custodian_needed"),
    ),
    "–",
)
"""What stands where an entry lacks a detail that its sentence speaks of."""
_ATTENTION = {
    "due": Sentence("rotation is due", "已到轮换期限"),
    "near_cap": Sentence("nearly as many wraps as a key may make", "封装次数接近上限"),
    "no_active": Sentence("a ring has no key that wraps", "有一类没有可用于封装的密钥"),
}
_THE_KEYS_PAGE = Sentence("see Keys", "请查看“密钥”页")
_PLAIN = Sentence("{what}.", "{what}。")
_FROM = Sentence("{what}, from {place}.", "{what}，地点：{place}。")
_BECAUSE = Sentence("Reason: {reason}", "事由：{reason}")
_CASE = Sentence(" (case {case})", "（案件编号 {case}）")
_PLACES = {
    PlaceSource.ZONE: Sentence("{place}", "{place}"),
    PlaceSource.DECLARED: Sentence("“{place}” as they said, at {address}", "本人申报“{place}”，网络地址 {address}"),
    PlaceSource.UNKNOWN: Sentence("an unknown network at {address}", "未知网络 {address}"),
}
_ENDINGS = {
    Outcome.DENIED: Sentence(", and was refused", "，被拒绝"),
    Outcome.FAILED: Sentence(", and it could not be done", "，未能完成"),
}
_THE_VAULT = Sentence("The vault itself", "档案库系统")
_SOMEBODY = Sentence("somebody", "某人")
_SOMEBODY_CAPITAL = Sentence("Somebody", "某人")
_GONE = Sentence("a person who is not in the register ({id})", "已不在名册中的人员（{id}）")
_DOSSIER = Sentence("dossier {id}", "档案 {id}")
_A_DOSSIER = Sentence("a dossier", "某档案")
_DOCUMENT = Sentence("document {id}", "文档 {id}")
_DOCUMENT_OF = Sentence("document {id} of {dossier}", "{dossier} 的文档 {id}")
_A_DOCUMENT = Sentence("a document", "某文档")
_UNREADABLE = {
    "pruned": Sentence(
        "This entry was removed by age: its hash is kept, its content is gone",
        "此条目已按保留期限清除：保留哈希，内容已不存在",
    ),
    "damaged": Sentence(
        "This entry is damaged: what stands in the database is no entry of the trail",
        "此条目已损坏：数据库中的内容不是审计轨迹的条目",
    ),
    "missing": Sentence(
        "This entry is gone: the search knows of it, but the trail has lost it",
        "此条目缺失：检索中有其记载，轨迹中却已不存在",
    ),
}
_SLOTS: Mapping[str, Callable[[TrailRow, bool, Words], str]] = {
    "kind": lambda row, _zh, words: _enum_words(
        ErasureKind if "erasure" in row.details else OperationKind, _detail(row, "kind"), words
    ),
    "grant": lambda row, _zh, words: _enum_words(GrantKind, _detail(row, "kind", GrantKind.VIEWS.value), words),
    "attention": lambda row, zh, _words: _say(_ATTENTION.get(_detail(row, "what"), _THE_KEYS_PAGE), zh, {}),
    "actor": lambda row, zh, _words: _actor(row, zh) or _say(_SOMEBODY_CAPITAL if row.hidden else _THE_VAULT, zh, {}),
    "person": lambda row, zh, _words: _subject(row, zh) or _say(_SOMEBODY, zh, {}),
    "reader": lambda row, zh, _words: _subject(row, zh) or _actor(row, zh) or _say(_SOMEBODY, zh, {}),
    "dossier": lambda row, zh, _words: _dossier(row, zh),
    "document": lambda row, zh, _words: _document(row, zh),
    "team": lambda row, _zh, _words: short_id(_detail(row, "team")) or "–",
    "minutes": lambda row, _zh, _words: _minutes(row),
    "side": lambda row, _zh, words: _enum_words(Side, _detail(row, "side"), words),
    "duty": lambda row, _zh, words: _enum_words(Duty, _detail(row, "duty"), words),
    "class": lambda row, _zh, words: _enum_words(Classification, _detail(row, "classification"), words),
}
"""What is said in other words than the entry's own."""
