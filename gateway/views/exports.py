"""The auditor's exports: looked at before, ordered with a reason, watched while they are made, downloaded.

The query stands in the address, as on the search page before. Looking at an export counts entries and is recorded, so a
link from another site leads to a page that says so first, as with searches.
"""

from __future__ import annotations

from typing import ClassVar

from flask import make_response, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField

from gateway.errors import status_of
from gateway.forms import ScreenForm
from gateway.labels import label
from gateway.left_out_words import tell_left_out
from gateway.localisation import current_language
from gateway.notices import after
from gateway.ranges import asked_part
from gateway.reasons import ReasonForm
from gateway.security.access import Access, Answer, Screens
from gateway.security.origin import is_own_visit
from gateway.sessions import current_actor, current_vault
from gateway.trail_query import Chip, address_of, chips_of, query_of_address
from vault.errors import Conflict, InputError, TooMany
from vault.ledger.bundle.layout import LeftOut
from vault.trail import downloading, exporting, own_exports
from vault.trail.downloading import Download, OutOfRange
from vault.trail.exporting import ExportOrder
from vault.trail.exports.formats import FACTS, TRAIL_FORMATS, ExportFormat, ExportHeaders, format_of, headers_of
from vault.trail.query import TrailQuery
from vault.trail.querying import QueryNames

screens = Screens("exports", __name__)
_DIGEST_CHARACTERS = 64
_LONGEST_NUMBER = 15


class OrderForm(ReasonForm):
    """As what, and why. The hidden fields say what the page showed; another selection is not exported unseen."""

    format = SelectField(_("Format"), validate_choice=False)
    headers = SelectField(_("Names of the columns"), validate_choice=False)
    size = HiddenField()
    rows = HiddenField()
    digest = HiddenField()
    field_of_code: ClassVar[dict[str, str]] = {
        **ReasonForm.field_of_code,
        "export.format": "format",
        "export.too_many_rows": "format",
        "evidence.subject": "format",
        "export.headers": "headers",
    }

    def __init__(self, *sent: object) -> None:
        super().__init__(*sent)
        self.headers.choices = [(each.value, label(each)) for each in ExportHeaders]

    def order(self) -> ExportOrder:
        """What was chosen; InputError for what there is none of, Conflict where the page showed nothing of ours."""
        return ExportOrder(
            format=format_of(self.format.data or ""),
            headers=headers_of(self.headers.data or ExportHeaders.WORDS.value),
            locale=current_language(),
            seen=(_number(self.size.data), _number(self.rows.data), _digest(self.digest.data)),
        )


@screens.route_for(Access.AUDITOR, "/trail/export")
def plan_export() -> str:
    if not is_own_visit(request.headers):
        return render_template("trail/from_elsewhere.html")
    form, query = OrderForm(), query_of_address(request.args)
    form.format.data = request.args.get("format", "")
    return _plan_page(form, query)


@screens.route_for(Access.AUDITOR, "/trail/export", methods=("POST",))
def order_export() -> Response:
    form = OrderForm.sent()
    query = query_of_address(request.args)
    try:
        order, reason = form.order(), form.reason()
        export_id = exporting.order_export(current_vault(), current_actor(), query=query, order=order, reason=reason)
    except (InputError, Conflict, TooMany) as error:
        form.refuse(error)
        return make_response(_plan_page(form, query), status_of(error))
    return after("exports.show_export", "export.ordered", export_id=export_id)


@screens.route_for(Access.AUDITOR, "/trail/exports")
def list_exports() -> str:
    vault, actor = current_vault(), current_actor()
    rows = own_exports.list_exports(vault, actor)
    return render_template(
        "exports/list.html",
        asked=own_exports.what_was_asked(vault, actor),
        is_sealed=vault.is_sealed,
        current=[row for row in rows if row.is_unmade or row.state.value == "done"],
        ended=[row for row in rows if not row.is_unmade and row.state.value != "done"],
    )


@screens.route_for(Access.AUDITOR, "/trail/exports/<id:export_id>")
def show_export(export_id: str) -> str:
    return _export_page(export_id, ScreenForm())


@screens.route_for(Access.AUDITOR, "/trail/exports/<id:export_id>/progress", answer=Answer.PIECE)
def show_progress(export_id: str) -> str:
    """How it stands, alone, for the script that keeps it fresh."""
    row = own_exports.show_export(current_vault(), current_actor(), export_id=export_id)
    return render_template("exports/_progress.html", row=row, is_sealed=current_vault().is_sealed)


@screens.route_for(Access.AUDITOR, "/trail/exports/<id:export_id>/end", methods=("POST",))
def end_export(export_id: str) -> Response:
    try:
        own_exports.end_export(current_vault(), current_actor(), export_id=export_id)
    except Conflict as error:
        form = ScreenForm()
        form.refuse(error)
        return make_response(_export_page(export_id, form), status_of(error))
    return after("exports.list_exports", "export.ended")


@screens.route_for(Access.AUDITOR, "/trail/exports/<id:export_id>/file")
def download_file(export_id: str) -> Response:
    """The whole, or the part that a download goes on with."""
    if not is_own_visit(request.headers):
        return make_response(render_template("trail/from_elsewhere.html"))
    vault, actor = current_vault(), current_actor()
    row = own_exports.show_export(vault, actor, export_id=export_id)
    part = asked_part(request.headers, file_bytes=row.file_bytes, validator=row.sha256)
    first, last = part or (0, None)
    try:
        download = downloading.download_export(vault, actor, export_id=export_id, first=first, last=last)
    except OutOfRange as error:
        return Response(status=416, headers={"Content-Range": f"bytes */{error.file_bytes}"})
    return _file(download, is_part=part is not None)


@screens.route_for(Access.AUDITOR, "/trail/exports/<id:export_id>/note")
def download_note(export_id: str) -> Response:
    """What the file is, signed. It speaks of no entry."""
    row = own_exports.show_export(current_vault(), current_actor(), export_id=export_id)
    response = Response(row.note, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = _attachment(f"{row.file_name}.note")
    return response


@screens.app_template_filter("chips")
def _chips(query: TrailQuery, names: QueryNames) -> list[Chip]:
    """What was asked for, in the reader's words."""
    return chips_of(query, names)


@screens.app_template_filter("left_out")
def _left_out(each: LeftOut) -> str:
    """What a bundle lacks, as a line in the reader's language."""
    return tell_left_out(each, locale=current_language())


def _file(download: Download, *, is_part: bool) -> Response:
    row = download.row
    response = Response(
        download.content, 206 if is_part else 200, content_type=FACTS[row.format].media_type, direct_passthrough=True
    )
    response.headers["Content-Length"] = str(download.last - download.first + 1)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = f'"{row.sha256}"'
    response.headers["Content-Disposition"] = _attachment(row.file_name)
    if is_part:
        response.headers["Content-Range"] = f"bytes {download.first}-{download.last}/{row.file_bytes}"
    return response


def _attachment(file_name: str) -> str:
    """RFC 6266. The name is made of a moment and an id: nothing that anybody typed, and ASCII."""
    return f'attachment; filename="{file_name}"'


def _plan_page(form: OrderForm, query: TrailQuery) -> str:
    preview = exporting.preview_export(current_vault(), current_actor(), query=query)
    formats = exporting.formats_for(preview.query)
    form.format.choices = [(each.value, label(each)) for each in formats]
    form.size.data, form.rows.data = str(preview.checkpoint.size), str(preview.rows)
    form.digest.data = preview.digest.hex()
    return render_template(
        "exports/plan.html",
        form=form,
        is_pack=ExportFormat.PACK in formats and form.format.data == ExportFormat.PACK.value,
        preview=preview,
        address=address_of(query),
        chips=chips_of(query, preview.names),
        most_of={each: FACTS[each].most_rows for each in TRAIL_FORMATS if FACTS[each].most_rows},
        days=current_vault().config.trail.export_days,
    )


def _export_page(export_id: str, form: ScreenForm) -> str:
    vault, actor = current_vault(), current_actor()
    row = own_exports.show_export(vault, actor, export_id=export_id)
    asked = own_exports.what_was_asked(vault, actor).get(export_id)
    return render_template("exports/export.html", row=row, asked=asked, form=form, is_sealed=vault.is_sealed)


def _number(sent: str | None) -> int:
    text = sent or ""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise Conflict("export.changed")
    return int(text)


def _digest(sent: str | None) -> bytes:
    try:
        digest = bytes.fromhex(sent or "")
    except ValueError:
        raise Conflict("export.changed") from None
    if len(sent or "") != _DIGEST_CHARACTERS:
        raise Conflict("export.changed")
    return digest
