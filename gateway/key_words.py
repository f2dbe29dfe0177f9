"""Words about keys that are no enum's: what a ring is for, what an operation does and touches, what a warning means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from gateway.labels import label
from gateway.localisation import current_language, day
from gateway.sentences import find_sentence, sentence_for_code
from vault.model import Classification, ReasonCategory
from vault.policy.custody import OperationKind

KIND_WORDS: Mapping[OperationKind, LazyString] = {
    OperationKind.ROTATE_RING: _("A new version wraps from now on; all that the old one wraps is wrapped anew."),
    OperationKind.MOVE_ROOT: _("Every key-encryption key is wrapped by the new root key. The old one stays with you."),
    OperationKind.ROTATE_TRAIL_KEY: _("A new key signs the next checkpoints; older ones stay good."),
    OperationKind.ROTATE_INDEX_KEY: _(
        "The tokens by which customers are found and equal documents are known are made anew. Each original is read."
    ),
    OperationKind.END_SESSIONS: _("Everybody is signed out, and every open view ends."),
    OperationKind.RESEAL: _("Every dossier gets a new key, and every document is sealed anew as a new object."),
    OperationKind.COMPROMISE: _(
        "The version is marked at once, another takes its place, and all content of the class is sealed anew."
    ),
    OperationKind.SUSPEND_KEY: _("Nothing of the class opens until the key is restored; views that are open end."),
    OperationKind.RESTORE_KEY: _("What the key wraps opens again."),
    OperationKind.DESTROY_KEY: _("A version that wraps nothing any more is destroyed for ever."),
    OperationKind.SHRED_DOSSIER: _(
        "The dossier's key is destroyed, and with it all content, titles and fields that it sealed."
    ),
}
_TOUCHED: Mapping[OperationKind, LazyString] = {
    OperationKind.ROTATE_RING: _("Keys to wrap anew"),
    OperationKind.MOVE_ROOT: _("Key versions to wrap anew"),
    OperationKind.ROTATE_TRAIL_KEY: _("Signing keys so far"),
    OperationKind.ROTATE_INDEX_KEY: _("Dossiers and documents to index anew"),
    OperationKind.END_SESSIONS: _("Sessions to end"),
    OperationKind.RESEAL: _("Objects to seal anew"),
    OperationKind.COMPROMISE: _("Objects to seal anew"),
    OperationKind.SUSPEND_KEY: _("Keys it wraps"),
    OperationKind.RESTORE_KEY: _("Keys it wraps"),
    OperationKind.DESTROY_KEY: _("Key versions to destroy"),
    OperationKind.SHRED_DOSSIER: _("Objects to remove"),
}
_RINGS: Mapping[str, LazyString] = {"service": _("Search index and page marks"), "trail": _("Trail")}
_PURPOSES: Mapping[str, LazyString] = {
    "service": _("Wraps the keys that find customers by name and mark pages."),
    "trail": _("Wraps the keys that sign the trail and open what it holds of persons."),
}
_WARNINGS: Mapping[str, LazyString] = {
    "due": _("Due for rotation."),
    "near_cap": _("It has wrapped nearly as many keys as it may: rotate it soon."),
    "no_active": _("No version is active: nothing new can be filed in this class. Restore or rotate it."),
}
_MINUTE, _HOUR = 60, 3600


def ring_words(ring: str) -> str:
    """What the ring's keys are for."""
    if ring in _RINGS:
        return str(_RINGS[ring])
    if ring not in {each.value for each in Classification}:
        return ring  # as somebody typed it into an address; the page says that there is none
    return str(gettext("Class: %(name)s", name=label(Classification(ring))))


def purpose_words(ring: str) -> str:
    """What the ring's keys wrap, in a sentence."""
    return str(_PURPOSES.get(ring) or gettext("Wraps the keys of the dossiers of this class."))


def kind_words(kind: OperationKind) -> str:
    """What the operation does, in a sentence."""
    return str(KIND_WORDS[kind])


def touched_words(kind: OperationKind) -> str:
    """What the preflight of this kind counts."""
    return str(_TOUCHED[kind])


def time_left_words(seconds: int) -> str:
    """How long it still takes, no finer than anybody can know: seconds, else minutes, else hours."""
    if seconds < _MINUTE:
        return str(gettext("less than a minute left"))
    if seconds < 2 * _HOUR:
        return str(ngettext("about %(num)s minute left", "about %(num)s minutes left", round(seconds / _MINUTE)))
    return str(ngettext("about %(num)s hour left", "about %(num)s hours left", round(seconds / _HOUR)))


def written_day(words: str) -> Markup:
    """The day of a report, which is stored as year-month-day."""
    return day(dt.datetime.combine(dt.date.fromisoformat(words), dt.time(12), dt.UTC))


def fault_words(code: str) -> str:
    """Why an operation stopped: the code's sentence, else what holds for all of its kind."""
    if code.startswith("tamper."):
        return str(gettext("What is stored is not what was written. The findings say where."))
    if find_sentence(code) is None:
        return str(gettext("Something went wrong. The worker's log says what."))
    return sentence_for_code(current_language(), code)


def warning_words(code: str) -> str:
    return str(_WARNINGS[code])


def category_words(value: str) -> str:
    """The words of a stored reason category."""
    return label(ReasonCategory(value))
