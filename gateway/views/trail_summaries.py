"""Who saw a document or a dossier, and what a person saw: the trail by what it is about."""

from __future__ import annotations

from flask import render_template, request

from gateway.security.access import Access, Screens
from gateway.security.origin import is_own_visit
from gateway.sessions import current_actor, current_vault
from vault.trail import summaries
from vault.trail.query import Field, Term, TrailQuery

screens = Screens("trail_summaries", __name__)


@screens.route_for(Access.AUDITOR, "/trail/documents/<id:document_id>")
def show_document(document_id: str) -> str:
    return _summary_page(Field.DOCUMENT, document_id)


@screens.route_for(Access.AUDITOR, "/trail/dossiers/<id:dossier_id>")
def show_dossier(dossier_id: str) -> str:
    return _summary_page(Field.DOSSIER, dossier_id)


@screens.route_for(Access.AUDITOR, "/trail/people/<id:person_id>")
def show_person(person_id: str) -> str:
    return _summary_page(Field.PERSON, person_id)


def _summary_page(of: Field, named: str) -> str:
    """A GET, like a search; a link from elsewhere is shown first, since looking is recorded."""
    if not is_own_visit(request.headers):
        return render_template("trail/from_elsewhere.html")
    summary = summaries.summarise(current_vault(), current_actor(), of=of, named=named)
    about = TrailQuery(Term(of, (named,)))
    return render_template("trail/summary.html", of=of.value, named=named, summary=summary, about=about)
