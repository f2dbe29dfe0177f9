"""Reading an open view: the frame, its pages as images and as text, its state, and "I'm done".

No GET opens anything here; each answers only within the view's lease, person and session. There is no download.
"""

from __future__ import annotations

from flask import jsonify, make_response, render_template, request
from werkzeug.wrappers import Response

from gateway.localisation import current_timezone
from gateway.notices import after
from gateway.security.access import Access, Answer, Screens
from gateway.sessions import current_actor, current_vault
from vault.access import ending, reading

screens = Screens("viewer", __name__)


@screens.route_for(Access.STAFF, "/views/<id:view_id>")
def show_view(view_id: str) -> str:
    view = reading.show_view(current_vault(), current_actor(), view_id=view_id)
    asked = request.args.get("page", "1")
    number = min(max(int(asked), 1), view.page_count) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return render_template(
        "viewer/view.html", view=view, page_number=number, now=current_vault().clock.now(), timezone=current_timezone()
    )


@screens.route_for(Access.STAFF, "/views/<id:view_id>/pages/<int:page_number>", answer=Answer.PIECE)
def send_page(view_id: str, page_number: int) -> Response:
    page = reading.read_page(current_vault(), current_actor(), view_id=view_id, page_number=page_number)
    response = make_response(page.jpeg)
    response.headers["Content-Type"] = "image/jpeg"
    response.headers["Content-Disposition"] = "inline"
    return response


@screens.route_for(Access.STAFF, "/views/<id:view_id>/pages/<int:page_number>/text")
def show_page_text(view_id: str, page_number: int) -> str:
    vault, actor = current_vault(), current_actor()
    view = reading.show_view(vault, actor, view_id=view_id)
    text = reading.read_page_text(vault, actor, view_id=view_id, page_number=page_number)
    return render_template("viewer/text.html", view=view, page_number=page_number, text=text, now=vault.clock.now())


@screens.route_for(Access.STAFF, "/views/<id:view_id>/state", answer=Answer.PIECE)
def show_state(view_id: str) -> Response:
    """Whether the view still lives; the viewer asks every few seconds and blanks its pages when it does not."""
    view = reading.show_view(current_vault(), current_actor(), view_id=view_id)
    left = view.expires_at - current_vault().clock.now()
    return jsonify(seconds_left=max(0, int(left.total_seconds())))


@screens.route_for(Access.STAFF, "/views/<id:view_id>/end", methods=("POST",))
def end_view(view_id: str) -> Response:
    ending.end_view(current_vault(), current_actor(), view_id=view_id)
    return after("dossiers.list_dossiers", "view.done")
