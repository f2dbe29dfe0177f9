"""Findings of tampering as sentences: what was found, and what the security officer does about it.

By the code that was recorded; a code of tomorrow is said in general words. Nobody is shown what a damaged object held.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class FindingWords:
    """What was found, and what to do."""

    what: LazyString
    to_do: LazyString


_RESTORE = _(
    "Do not file anything over it. Keep a copy of the store and the database as they are, restore this document's "
    "object from a backup, and find out who could write to the store since it last opened."
)
_DATABASE = _(
    "Keep a copy of the database as it is, restore it from a backup made before this time, and find out who could "
    "write to the database."
)
_BOTH = _(
    "Verify the trail first. Then compare store and database with the newest backup: one of the two was changed "
    "behind the vault's back."
)

_ALTERED = FindingWords(_("The stored bytes of this document are not what was sealed: they were altered."), _RESTORE)
_LENGTH = FindingWords(_("The stored object is longer or shorter than what was filed."), _RESTORE)
_PAGE = FindingWords(_("A page opened, but it is not an image of the kind and size that was filed."), _RESTORE)
WORDS: dict[str, FindingWords] = {
    "tamper.content": _ALTERED,
    "tamper.page_image": _PAGE,
    "tamper.page_size": _PAGE,
    "tamper.length": _LENGTH,
    "object.length": _LENGTH,
    "tamper.digest": FindingWords(_("Another object lies where the one that was filed should be."), _RESTORE),
    "tamper.object_missing": FindingWords(_("The object of this document is not in the store any more."), _RESTORE),
    "tamper.index": FindingWords(_("The list of this document's pages is not the one that was sealed."), _BOTH),
    "tamper.key": FindingWords(
        _("A sealed key or field does not open: it was altered, or moved here from another place."), _DATABASE
    ),
    "tamper.row_missing": FindingWords(_("The database names a document of which a part is missing."), _DATABASE),
}
IN_GENERAL = FindingWords(_("Something stored is not what was sealed or recorded."), _BOTH)


def finding_words(code: str) -> FindingWords:
    """The words for a recorded code."""
    return WORDS.get(code, IN_GENERAL)
