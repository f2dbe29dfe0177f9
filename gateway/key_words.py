"""Words about keys that are no enum's: what a ring is for, what an operation does, what a warning means."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from gateway.labels import label
from vault.model import Classification, ReasonCategory
from vault.policy.custody import OperationKind

KIND_WORDS: Mapping[OperationKind, LazyString] = {
    OperationKind.ROTATE_RING: _("A new version wraps from now on; all that the old one wraps is wrapped anew."),
    OperationKind.MOVE_ROOT: _("Every key-encryption key is wrapped by the new root key. The old one stays with you."),
    OperationKind.ROTATE_TRAIL_KEY: _("A new key signs the next checkpoints; older ones stay good."),
    OperationKind.ROTATE_INDEX_KEY: _("The tokens by which customers are found are made anew under a new key."),
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
_RINGS: Mapping[str, LazyString] = {"service": _("Names, contents and marks"), "trail": _("Trail")}
_WARNINGS: Mapping[str, LazyString] = {
    "due": _("Due for rotation."),
    "near_cap": _("It has wrapped nearly as many keys as it may: rotate it soon."),
    "no_active": _("No version is active: nothing new can be filed in this class. Restore or rotate it."),
}


def ring_words(ring: str) -> str:
    """What the ring's keys are for."""
    if ring in _RINGS:
        return str(_RINGS[ring])
    if ring not in {each.value for each in Classification}:
        return ring  # as somebody typed it into an address; the page says that there is none
    return str(gettext("Class: %(name)s", name=label(Classification(ring))))


def kind_words(kind: OperationKind) -> str:
    """What the operation does, in a sentence."""
    return str(KIND_WORDS[kind])


def warning_words(code: str) -> str:
    return str(_WARNINGS[code])


def category_words(value: str) -> str:
    """The words of a stored reason category."""
    return label(ReasonCategory(value))
