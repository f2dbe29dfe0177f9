"""Language and time zone of a request, and how moments and sizes are written in them.

The language is the one chosen in the footer, else the person's, else what the browser asks for. Moments are shown in
the person's zone with its offset, and say UTC on hover.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal
from babel.support import Translations
from flask import Flask, g, request
from flask_babel import Babel, Domain, get_locale, gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from gateway.sessions import signed_in
from vault.errors import VaultError
from vault.people.signing_in import SignedIn

_KEPT_LANGUAGE, _KEPT_WORDS = "vault_language", "vault_words"
LANGUAGES = {"en": "English", "zh_Hans_CN": "简体中文"}
LANGUAGE_COOKIE = "__Host-vault-language"
_LANGUAGE_DAYS = 400
_UNIT_STEP = 1024
_HTML_LANGUAGES = {"en": "en", "zh_Hans_CN": "zh-Hans"}
_TIME_ELEMENT = Markup('<time datetime="%s" title="%s">%s</time>')
_DAY = {"en": "d MMM y", "zh_Hans_CN": "y年M月d日"}
_DAY_AND_TIME = {"en": "d MMM y, HH:mm", "zh_Hans_CN": "y年M月d日 HH:mm"}


class _WordsOfRequest(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """Finds the words of the request's language once a request: a list says hundreds of them."""

    def get_translations(self) -> Translations:
        found: Translations | None = g.get(_KEPT_WORDS)
        if found is None:
            found = super().get_translations()
            setattr(g, _KEPT_WORDS, found)
        return found


def set_up_localisation(app: Flask) -> None:
    """Connects Flask-Babel and the template filters for moments, days, sizes and whole numbers."""
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel = Babel(app, locale_selector=current_language, timezone_selector=current_timezone)
    babel.domain_instance = words = _WordsOfRequest()
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: words.get_translations().ugettext(text),
        ngettext=lambda one, many, number: words.get_translations().ungettext(one, many, number),
        newstyle=True,
    )
    app.add_template_filter(moment, "moment")
    app.add_template_filter(exact_moment, "exact_moment")
    app.add_template_filter(clock_time, "clock_time")
    app.add_template_filter(day, "day")
    app.add_template_filter(calendar_day, "calendar_day")
    app.add_template_filter(size, "size")
    app.add_template_filter(whole_number, "whole_number")
    app.context_processor(
        lambda: {"languages": LANGUAGES, "language": current_language(), "html_language": html_language()}
    )


def current_language() -> str:
    """``en`` or ``zh_Hans_CN``; found out once a request, as the person is."""
    known: str | None = g.get(_KEPT_LANGUAGE)
    if known is None:
        known = _language_of_request()
        setattr(g, _KEPT_LANGUAGE, known)
    return known


def current_timezone() -> str:
    """The person's IANA zone, UTC for strangers."""
    session = signed_in_or_none()
    return session.actor.timezone if session else "UTC"


def html_language() -> str:
    """For ``<html lang>``."""
    return _HTML_LANGUAGES[current_language()]


def keep_language(response: Response, language: str) -> None:
    """Remembers the choice made in the footer, in this browser."""
    age = dt.timedelta(days=_LANGUAGE_DAYS)
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=age, path="/", secure=True, httponly=True, samesite="Lax")


def moment(value: dt.datetime) -> Markup:
    """Day and time with offset, as a ``time`` element; UTC on hover and for machines."""
    local = value.astimezone(zoneinfo.ZoneInfo(current_timezone()))
    pattern = _DAY_AND_TIME[current_language()]
    return _time_element(value, f"{format_datetime(local, pattern, locale=get_locale())} {_offset(local)}")


def exact_moment(value: dt.datetime) -> Markup:
    """Like ``moment``, to the second: for records."""
    local = value.astimezone(zoneinfo.ZoneInfo(current_timezone()))
    pattern = _DAY_AND_TIME[current_language()].replace("HH:mm", "HH:mm:ss")
    return _time_element(value, f"{format_datetime(local, pattern, locale=get_locale())} {_offset(local)}")


def clock_time(value: dt.datetime) -> Markup:
    """Hours and minutes only, for something that ends today."""
    local = value.astimezone(zoneinfo.ZoneInfo(current_timezone()))
    return _time_element(value, format_time(local, "HH:mm", locale=get_locale()))


def day(value: dt.datetime) -> Markup:
    """The day only."""
    local = value.astimezone(zoneinfo.ZoneInfo(current_timezone()))
    return _time_element(value, format_datetime(local, _DAY[current_language()], locale=get_locale()))


def calendar_day(value: dt.date) -> Markup:
    """A day of the calendar, which is the same one in every zone."""
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), day_words(value))


def day_words(value: dt.date) -> str:
    """The same without markup, to stand within a sentence."""
    return format_date(value, _DAY[current_language()], locale=get_locale())


def size(number_of_bytes: int) -> str:
    """A file's size with at most one decimal, in the largest unit that it fills."""
    amount, units = float(number_of_bytes), ["B", "KiB", "MiB", "GiB"]
    while amount >= _UNIT_STEP and len(units) > 1:
        amount /= _UNIT_STEP
        units.pop(0)
    return f"{format_decimal(round(amount, 1), locale=get_locale())} {units[0]}"


def whole_number(value: int) -> str:
    """With the thousands set apart as the language does."""
    return str(format_decimal(value, locale=get_locale()))


def _language_of_request() -> str:
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    session = signed_in_or_none()
    if session and session.actor.locale in LANGUAGES:
        return session.actor.locale
    asked = request.accept_languages.best_match(["en", "zh", "zh-CN", "zh-Hans", "zh-Hans-CN", "zh-SG"], default="en")
    return "zh_Hans_CN" if asked.startswith("zh") else "en"


def _time_element(value: dt.datetime, words: str) -> Markup:
    utc = value.astimezone(dt.UTC)
    return _TIME_ELEMENT % (utc.strftime("%Y-%m-%dT%H:%M:%SZ"), utc.strftime("%Y-%m-%d %H:%M:%S UTC"), words)


def _offset(local: dt.datetime) -> str:
    words = local.strftime("%z")
    return gettext("UTC") if words == "+0000" else f"{words[:3]}:{words[3:]}"


def signed_in_or_none() -> SignedIn | None:
    """Who is signed in; None also while that cannot be found out, so that an error can still be said."""
    try:
        return signed_in()
    except VaultError:
        return None
