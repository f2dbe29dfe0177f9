"""Questions that auditors ask most, as queries; some of them about whom or what the page is about already."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from vault.trail.query import OUT_OF_HOURS, UNANSWERED, Field, Term, TrailQuery

VIEWING = ("view.opened", "page.read")
SEEING = (*VIEWING, "copy.released", "copy.failed")
"""What tells that somebody saw a document, or took a marked copy of it; and that a copy could not be made after all:
one that the sweep found cut off is about its person, not by them. That it was delivered would tell of it twice."""
TAKEN_OUT = ("trail.exported", "evidence.packed")


@dataclass(frozen=True, slots=True)
class Preset:
    """A question with its query."""

    name: LazyString
    query: TrailQuery


def presets_of(query: TrailQuery, *, timezone: str) -> list[Preset]:
    """Those of the one person, dossier or document asked for; then the general ones, within the time asked for.

    ``timezone`` is the reader's: by which clock something is out of hours where the policy does not say.
    """
    within, zone = TrailQuery(*query.of(Field.TIME)), Term(Field.ZONE, (timezone,))
    found = []
    person = next((query.the(name) for name in (Field.PERSON, Field.ACTOR, Field.SUBJECT) if query.the(name)), "")
    if person:
        found.append(Preset(_("All they saw"), _saw(within, Field.PERSON, person)))
    found += [
        Preset(_("Everyone who saw it"), _saw(within, name, query.the(name)))
        for name in (Field.DOCUMENT, Field.DOSSIER)
        if query.the(name)
    ]
    return [
        *found,
        Preset(_("Views"), within.with_term(Term(Field.EVENT, VIEWING))),
        Preset(_("Marked copies"), within.with_term(Term(Field.EVENT, ("copy.*",)))),
        Preset(_("Denied"), within.with_term(Term(Field.OUTCOME, ("denied",)))),
        Preset(_("Out of hours"), within.with_term(Term(Field.IS, (OUT_OF_HOURS,))).with_term(zone)),
        Preset(_("Without a result"), within.with_term(Term(Field.IS, (UNANSWERED,)))),
        Preset(_("Exports of the trail"), within.with_term(Term(Field.EVENT, TAKEN_OUT))),
    ]


def _saw(within: TrailQuery, name: Field, value: str) -> TrailQuery:
    """Without the copies that were refused: they are recorded as a release that was denied."""
    asked = within.with_term(Term(name, (value,))).with_term(Term(Field.EVENT, SEEING))
    return asked.with_term(Term(Field.OUTCOME, ("denied",), is_excluded=True))
