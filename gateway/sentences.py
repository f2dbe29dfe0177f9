"""The sentence that a person reads for an error, in their language: by its code, else by its class.

Works without a web application. ``at`` among an error's parameters is a moment and is said as local time.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping

from gateway.sentence_table import SENTENCES, Sentence
from vault.errors import (
    AccessDenied,
    ConfigError,
    Conflict,
    InputError,
    LeaseEnded,
    NotFound,
    NotSignedIn,
    QuotaSpent,
    Sealed,
    TamperError,
    TooMany,
    Unavailable,
    VaultError,
)
from vault.intake import sentences as intake
from vault.policy.decision import Decision

CODE_OF_CLASS: tuple[tuple[type[VaultError], str], ...] = (
    (InputError, "input.invalid"),
    (NotSignedIn, "session.none"),
    (AccessDenied, "denied.policy"),
    (NotFound, "not_found"),
    (QuotaSpent, "quota.spent"),
    (LeaseEnded, "lease.ended"),
    (Conflict, "conflict"),
    (TooMany, "too_many"),
    (TamperError, "tamper.detected"),
    (Sealed, "sealed"),
    (Unavailable, "unavailable"),
    (ConfigError, "config.invalid"),
    (VaultError, "internal"),
)
"""The code whose sentence stands in for a code without its own, most specific class first."""

CHINESE = "zh_Hans_CN"
_UNNAMED = {"by": Sentence("the security officer", "安全员"), "ask": Sentence("see the dossier", "见档案页")}
"""What is said where an error does not name anybody."""


def sentence_in(locale: str, error: VaultError, *, timezone: str = "UTC") -> str:
    """What happened and what to do, in the language of ``locale`` (Chinese for any ``zh``, else English)."""
    return _say(_sentence_of(error), locale=locale, params=error.params, timezone=timezone)


def sentence_for_code(locale: str, code: str, **params: str | int) -> str:
    """The sentence of a bare code, as of a policy's decision; a general one if it has none."""
    return _say(find_sentence(code) or SENTENCES["denied.policy"], locale=locale, params=params, timezone="UTC")


def why_not(locale: str, decision: Decision) -> str:
    """What stands against something, for whoever asks about somebody else.

    '' where nothing does, and for a duty that is missing: which one is said by what was asked about.
    """
    return "" if decision.code in {"", "denied.duty"} else sentence_for_code(locale, decision.code)


def find_sentence(code: str) -> Sentence | None:
    """The code's own sentence in both languages, if it has one."""
    if code in SENTENCES:
        return SENTENCES[code]
    return Sentence(*intake.SENTENCES[code]) if code in intake.SENTENCES else None


def _sentence_of(error: VaultError) -> Sentence:
    own = find_sentence(error.code)
    return own or SENTENCES[next(code for kind, code in CODE_OF_CLASS if isinstance(error, kind))]


def _say(sentence: Sentence, *, locale: str, params: Mapping[str, str | int], timezone: str) -> str:
    is_chinese = locale.startswith("zh")
    template = sentence.zh if is_chinese else sentence.en
    words = {name: str(value) for name, value in params.items() if value != ""}
    if "at" in words:
        words["at"] = _local_time(words["at"], timezone)
    if "retry_after_seconds" in words:
        words["minutes"] = str(-(-int(words["retry_after_seconds"]) // 60))
    for name, unnamed in _UNNAMED.items():
        words.setdefault(name, unnamed.zh if is_chinese else unnamed.en)
    return template.format_map(_Words(words))


def _local_time(moment: str, timezone: str) -> str:
    return dt.datetime.fromisoformat(moment).astimezone(zoneinfo.ZoneInfo(timezone)).strftime("%H:%M")


class _Words(dict[str, str]):
    """Parameters of a sentence; one that is missing shows as a dash, never as braces."""

    def __missing__(self, _name: str) -> str:
        return "–"
