"""What every template may use: the person, the top bar, the notice, form tokens, words for enums and codes, assets."""

from __future__ import annotations

import enum
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from gateway.browsers import browser_words
from gateway.days import last_day
from gateway.key_words import (
    category_words,
    fault_words,
    kind_words,
    purpose_words,
    ring_words,
    time_left_words,
    touched_words,
    warning_words,
    written_day,
)
from gateway.labels import label
from gateway.limit_words import hours_spans, located_words, places_words
from gateway.localisation import current_language, signed_in_or_none
from gateway.navigation import navigation_for
from gateway.notices import notice_of_request
from gateway.security.csrf import FIELD_NAME, form_token
from gateway.sentences import sentence_for_code
from gateway.sessions import current_vault, session_token
from gateway.static_files import static_version


@pass_context
def _sentence(_context: Context, code: str) -> str:
    """Asks for the context so that Jinja says it anew to each reader: what it is given stands in templates, too.

    A filter of a constant is computed once else, when the template is compiled, in the language of its first reader.
    """
    return sentence_for_code(current_language(), code)


def set_up_presentation(app: Flask) -> None:
    """Registers the names that templates use."""
    version = static_version()
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.add_template_filter(label, "label")
    app.add_template_filter(last_day, "last_day")
    app.add_template_filter(ring_words, "ring")
    app.add_template_filter(purpose_words, "ring_purpose")
    app.add_template_filter(kind_words, "kind_words")
    app.add_template_filter(touched_words, "touched")
    app.add_template_filter(time_left_words, "time_left")
    app.add_template_filter(written_day, "written_day")
    app.add_template_filter(fault_words, "key_fault")
    app.add_template_filter(warning_words, "key_warning")
    app.add_template_filter(category_words, "reason_category")
    app.add_template_filter(browser_words, "browser")
    app.add_template_filter(lambda hours: hours_spans(hours, locale=current_language()), "hours_spans")
    app.add_template_filter(lambda places: places_words(places, locale=current_language()), "places_words")
    app.add_template_filter(lambda place: located_words(place, locale=current_language()), "located")
    app.add_template_filter(_css_word, "css_word")
    app.add_template_filter(_sentence, "sentence")
    app.add_template_global(_form_token_field, "form_token")
    app.add_template_global(_idempotency_field, "idempotency_key")
    app.add_template_global(lambda name: url_for("assets.send_asset", version=version, name=name), "asset")
    app.context_processor(_person_and_place)


def _person_and_place() -> dict[str, Any]:
    session = signed_in_or_none()
    person = session.actor if session else None
    shows_screens = session is not None and not session.must_change_password
    return {
        "person": person,
        # counted where the bar is drawn, and only there
        "navigation": (lambda: navigation_for(person.office)) if person and shows_screens else None,
        "notice": notice_of_request(),
        "title_of_site": gettext("Dossier Vault"),
    }


def _form_token_field() -> Markup:
    """The hidden field that every form that changes something carries."""
    token = form_token(session_token(), random=current_vault().random)
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD_NAME, token)


def _idempotency_field(name: str = "idempotency_key", sent: str = "") -> Markup:
    """A hidden number that makes sending the same form twice one act; ``sent`` keeps the number of a refused form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(name, sent or current_vault().random(16).hex())


def _css_word(value: enum.Enum) -> str:
    """The enum's value as a class name: ``top_secret`` -> ``top-secret``."""
    return str(value.value).replace("_", "-")
