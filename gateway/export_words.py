"""The words of exports, in the auditor's language and without a request: the worker and the command line write them.

Column names and the lines of the report stand here in both languages, as the sentences for errors do; the words for
events and other enums are those of the screens.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask import Flask
from flask_babel import Babel, force_locale

from gateway.code_words import CODES_WITH_WORDS, code_words
from gateway.event_labels import FAMILY_LABELS
from gateway.event_sentences import tell_entry
from gateway.fact_words import fact_name, fact_value
from gateway.labels import LABELS
from gateway.left_out_words import tell_left_out
from gateway.sentence_table import Sentence
from gateway.sentences import find_sentence, sentence_for_code
from gateway.trail_words import FIELD_NAMES
from vault.ledger.bundle.layout import LeftOut
from vault.ledger.events import Event, Outcome
from vault.model import Classification, PlaceSource, ReasonCategory
from vault.policy.class_names import DEFAULT_TITLES, ClassTitle
from vault.trail.conditions import OutOfHours, read_condition
from vault.trail.language_times import Calendar
from vault.trail.query import UNANSWERED, Field, Term
from vault.trail.querying import QueryNames, TrailQuery
from vault.trail.rows import TrailRow

_LOCALES = ("en", "zh_Hans_CN")


class ScreenWords:
    """Fulfils :class:`vault.trail.exports.sheet.ExportWords` with the words of the screens."""

    def __init__(self, titles: Callable[[], Mapping[Classification, ClassTitle]] = lambda: DEFAULT_TITLES) -> None:
        """``titles`` says what the classes are called at the moment."""
        self._titles = titles
        app = Flask("gateway")
        Babel(app)
        self._values: dict[str, Mapping[enum.Enum, str]] = {}
        self._fields: dict[str, Mapping[Field, str]] = {}
        self._families: dict[str, Mapping[str, str]] = {}
        self._codes: dict[str, Mapping[str, str]] = {}
        with app.app_context():
            for locale in _LOCALES:
                with force_locale(locale):
                    self._values[locale] = {value: str(words) for value, words in LABELS.items()}
                    self._fields[locale] = {field: str(words) for field, words in FIELD_NAMES.items()}
                    self._families[locale] = {f"{name}.*": str(words) for name, words in FAMILY_LABELS.items()}
                    self._codes[locale] = {code: code_words(code, locale=locale) for code in CODES_WITH_WORDS}

    def column(self, name: str, *, locale: str) -> str:
        return _in(COLUMNS[name], locale)

    def value(self, value: enum.Enum, *, locale: str) -> str:
        if isinstance(value, Classification):
            return self._titles()[value].in_language(locale)
        return self._values[_known(locale)][value]

    def fact(self, event: Event | None, name: str, value: str | int, *, locale: str) -> tuple[str, str]:
        def words(each: enum.Enum) -> str:
            return self.value(each, locale=locale)

        return (
            fact_name(event, name, locale=locale, words=words),
            fact_value(name, value, locale=locale, words=words),
        )

    def told(self, code: str, *, locale: str) -> str:
        return sentence_for_code(locale, code) if find_sentence(code) else ""

    def code(self, code: str, *, locale: str) -> str:
        return self._codes[_known(locale)].get(code, "")

    def left_out(self, each: LeftOut, *, locale: str) -> str:
        return tell_left_out(each, locale=locale)

    def hidden(self, code: str, *, locale: str) -> str:
        return _in(HIDDEN[code], locale) if code else ""

    def sentence(self, row: TrailRow, *, locale: str) -> str:
        return tell_entry(row, locale=locale, words=lambda value: self.value(value, locale=locale))

    def phrase(self, name: str, *, locale: str, **values: str | int) -> str:
        return _in(PHRASES[name], locale).format_map(values)

    def query(self, query: TrailQuery, names: QueryNames, *, locale: str, timezone: str) -> list[str]:
        return [self._term(term, names, locale, timezone) for term in query.terms]

    def _term(self, term: Term, names: QueryNames, locale: str, timezone: str) -> str:
        """One condition: what it is about in words, its values with the names of people and dossiers."""
        if term.field is Field.TIME:
            values = [Calendar(timezone).spelt(value) for value in term.values]
        else:
            values = [self._called(term.field, value, names, locale) for value in term.values]
        about = self._fields[_known(locale)][term.field]
        negation = _in(NOT, locale) if term.is_excluded else ""
        return f"{negation}{about}{'：' if _is_chinese(locale) else ': '}{', '.join(values)}"

    def _called(self, field: Field, value: str, names: QueryNames, locale: str) -> str:
        """In words; what is one of a known few with its code behind, by which it is asked for again."""
        if field is Field.IS:
            said = read_condition(value)
            if isinstance(said, OutOfHours):
                under = OUT_OF_HOURS_UNDER if said.policy else OUT_OF_HOURS_WORDS
                return _in(under, locale).format(version=said.policy)
            return _in(UNANSWERED_WORDS, locale) if value.startswith(UNANSWERED) else value
        if field.names_people and value in names.people:
            return " · ".join(names.people[value])
        words = self._words_of(field, value, locale)
        if words:
            return f"{words}（{value}）" if _is_chinese(locale) else f"{words} ({value})"
        return names.dossiers.get(value, value)

    def _words_of(self, field: Field, value: str, locale: str) -> str:
        """Of one of a known few, or of a family of events; '' of any other."""
        kind = _KINDS.get(field)
        if kind is not None and value in {each.value for each in kind}:
            return self.value(kind(value), locale=locale)
        return self._families[_known(locale)].get(value, "") if field is Field.EVENT else ""


_KINDS: Mapping[Field, type[enum.Enum]] = MappingProxyType(
    {Field.EVENT: Event, Field.OUTCOME: Outcome, Field.SOURCE: PlaceSource, Field.REASON: ReasonCategory}
)


def _in(sentence: Sentence, locale: str) -> str:
    return sentence.zh if _is_chinese(locale) else sentence.en


def _known(locale: str) -> str:
    return "zh_Hans_CN" if _is_chinese(locale) else "en"


def _is_chinese(locale: str) -> bool:
    return locale.startswith("zh")


COLUMNS: dict[str, Sentence] = {
    "index": Sentence("Index", "序号"),
    "time": Sentence("Time, your zone", "时间（本地时区）"),
    "time_utc": Sentence("Time, UTC", "时间（UTC）"),
    "logged_utc": Sentence("Logged, UTC", "记录时间（UTC）"),
    "event": Sentence("Event", "事件"),
    "event_code": Sentence("Event code", "事件代码"),
    "outcome": Sentence("Outcome", "结果"),
    "outcome_code": Sentence("Outcome code", "结果代码"),
    "code": Sentence("Code", "代码"),
    "actor": Sentence("Actor", "操作人"),
    "actor_staff_number": Sentence("Actor's staff number", "操作人工号"),
    "actor_id": Sentence("Actor's id", "操作人编号"),
    "subject": Sentence("About", "涉及人员"),
    "subject_staff_number": Sentence("Staff number of whom it is about", "涉及人员工号"),
    "subject_id": Sentence("Id of whom it is about", "涉及人员编号"),
    "dossier": Sentence("Dossier", "档案"),
    "dossier_id": Sentence("Dossier's id", "档案内部编号"),
    "document_id": Sentence("Document", "文档编号"),
    "version_id": Sentence("Version", "版本编号"),
    "view_id": Sentence("View", "查阅编号"),
    "request_id": Sentence("Request", "申请编号"),
    "session_id": Sentence("Session", "会话编号"),
    "place": Sentence("Place", "地点"),
    "place_known_by": Sentence("How the place is known", "地点来源"),
    "address": Sentence("Network address", "网络地址"),
    "proxy": Sentence("Told by the proxy", "转发代理"),
    "country": Sentence("Country of the address", "地址所属国家或地区"),
    "city": Sentence("City of the address", "地址所属城市"),
    "position": Sentence("Position told by the browser", "浏览器报告的位置"),
    "position_accuracy_m": Sentence("Its accuracy in metres", "位置误差（米）"),
    "reason_category": Sentence("What it was for", "用途"),
    "reason": Sentence("Reason", "事由"),
    "case_number": Sentence("Case number", "案件编号"),
    "details": Sentence("Details", "详情"),
    "hidden": Sentence("Not shown because", "未显示的原因"),
    "leaf_hash": Sentence("Hash (RFC 6962)", "哈希（RFC 6962）"),
    "in_words": Sentence("In words", "说明"),
}
HIDDEN: dict[str, Sentence] = {
    "sealed": Sentence("the vault was sealed", "档案库处于封存状态"),
    "erased": Sentence("erased by law", "已依法删除"),
    "damaged": Sentence("damaged: does not open", "已损坏，无法打开"),
    "missing": Sentence("missing", "缺失"),
}
NOT = Sentence("not ", "非 ")
OUT_OF_HOURS_WORDS = Sentence("out of hours", "非工作时间")
OUT_OF_HOURS_UNDER = Sentence("out of hours, by version {version} of the policy", "非工作时间（政策第 {version} 版）")
UNANSWERED_WORDS = Sentence("opened without a result", "已打开但无结果")
PHRASES: dict[str, Sentence] = {
    "title": Sentence("Entries of the trail {origin}", "审计轨迹 {origin} 的条目"),
    "sheet": Sentence("Trail", "审计轨迹"),
    "everything": Sentence("every entry", "全部条目"),
    "query": Sentence("Asked for", "查询条件"),
    "count": Sentence("Entries", "条目数"),
    "count_words": Sentence("{rows}, of the first {size} of the trail", "{rows} 条，取自轨迹的前 {size} 条"),
    "digest": Sentence("Digest of the selection", "选集摘要"),
    "checkpoint": Sentence("Stands up to", "依据的检查点"),
    "checkpoint_words": Sentence(
        "the checkpoint of {size} entries, signed {time}", "含 {size} 条的检查点，签名于 {time}"
    ),
    "ordered": Sentence("Ordered by", "导出人"),
    "reason": Sentence("Reason", "事由"),
    "zone": Sentence("Times are in the zone", "时间所用时区"),
    "signature": Sentence("Signature", "签名"),
    "signature_words": Sentence(
        "lies beside this file as a note; it is checked with `dossier-vault trail verify-signature` or openssl",
        "见随附的签名说明文件；可用 `dossier-vault trail verify-signature` 或 openssl 核验",
    ),
    "column_time": Sentence("Index and time", "序号与时间"),
    "column_actor": Sentence("Actor", "操作人"),
    "column_event": Sentence("Event", "事件"),
    "column_target": Sentence("Target", "对象"),
    "column_place": Sentence("Place", "地点"),
    "column_reason": Sentence("Reason", "事由"),
    "column_outcome": Sentence("Outcome", "结果"),
    "the_vault": Sentence("the vault", "档案库系统"),
    "exposure_title": Sentence("What {person} saw", "{person}的接触情况"),
    "exposure_seen": Sentence("Seen", "接触范围"),
    "exposure_total": Sentence(
        "{dossiers} dossiers, {views} views, {pages} pages, {copies} marked copies",
        "{dossiers} 份档案，{views} 次查阅，{pages} 页，{copies} 份带标记副本",
    ),
    "exposure_lately": Sentence("Lately", "近期变化"),
    "exposure_spike": Sentence(
        "{views} views in the week from {since}; an ordinary week had {ordinary} (median): {factor} times as many",
        "自 {since} 起的一周内查阅 {views} 次；此前通常每周 {ordinary} 次（中位数），为其 {factor} 倍",
    ),
    "exposure_too_short": Sentence(
        "{views} views in the week from {since}; there are too few weeks before it to say what is ordinary",
        "自 {since} 起的一周内查阅 {views} 次；此前周数太少，无法判断通常水平",
    ),
    "exposure_back_from": Sentence("; looking back from {moment}", "；自 {moment} 起回溯"),
    "exposure_back_from_end": Sentence(
        "; looking back from {moment}, when their access ended", "；自 {moment}（其访问权限终止时）起回溯"
    ),
    "exposure_order": Sentence("Order", "排序方法"),
    "exposure_arithmetic": Sentence(
        "score = value of the class × recency; recency is 1 on the day of the last view or downloaded copy"
        " and halves every {days} days",
        "得分 = 密级分值 × 时效；最近查阅或下载副本当日时效为 1，每过 {days} 天减半",
    ),
    "exposure_rank": Sentence("No.", "序"),
    "exposure_dossier": Sentence("Dossier", "档案"),
    "exposure_class": Sentence("Class", "密级"),
    "exposure_documents": Sentence("Documents", "文档数"),
    "exposure_views": Sentence("Views", "查阅次数"),
    "exposure_views_of": Sentence("{views} of {documents} documents", "{views} 次，{documents} 份文档"),
    "exposure_pages": Sentence("Pages", "页数"),
    "exposure_first_view": Sentence("First view", "首次查阅"),
    "exposure_last_view": Sentence("Last view", "最近查阅"),
    "exposure_copies": Sentence("Copies", "副本"),
    "exposure_last_copy": Sentence("Last copy", "最近下载副本"),
    "exposure_reasons": Sentence("Reasons", "事由"),
    "exposure_places": Sentence("Places", "地点"),
    "exposure_value": Sentence("Value", "分值"),
    "exposure_recency": Sentence("Recency", "时效"),
    "exposure_score": Sentence("Score", "得分"),
    "exposure_score_words": Sentence(
        "{value} × {recency} ({days} days ago) = {score}", "{value} × {recency}（{days} 天前）= {score}"
    ),
    "exposure_hidden": Sentence("not known", "未知"),
    "page": Sentence("Page {number}", "第 {number} 页"),
    "of_pages": Sentence(" of {number}", "，共 {number} 页"),
    "foot": Sentence("{origin} · {size} entries · root {root}", "{origin} · 共 {size} 条 · 根哈希 {root}"),
    "foot_export": Sentence(
        "export {export} · {rows} entries · digest {digest}", "导出 {export} · {rows} 条 · 摘要 {digest}"
    ),
}
