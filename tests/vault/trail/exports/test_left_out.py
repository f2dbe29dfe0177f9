"""What a bundle lacks is told to whoever ordered it: in the export's row, and its number in the trail."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from tests.anchoring import damaged_stamp
from tests.company import Company
from tests.vault.trail.exports.making_exports import content_of, make_all, ordered
from tests.vault.trail.test_exporting import entries_of
from vault.ledger.bundle.layout import LeftOut
from vault.ledger.events import Event
from vault.trail.exports.formats import ExportFormat
from vault.trail.exports.left_out import read_left_out, write_left_out
from vault.trail.own_exports import show_export
from vault.trail.query import TrailQuery


def export(any_company: Company, wanted: ExportFormat) -> str:
    query = TrailQuery(document=any_company.document_id) if wanted is ExportFormat.PACK else TrailQuery()
    export_id = ordered(any_company, wanted, query=query)
    any_company.sequence()
    make_all(any_company)
    return export_id


@pytest.mark.parametrize("wanted", [ExportFormat.BUNDLE, ExportFormat.PACK])
def test_row_and_trail_tell_what_a_bundle_lacks(any_company: Company, wanted: ExportFormat) -> None:
    """The bundle in a pack as well; the manifest says the same."""
    any_company.sequence()
    lacking = LeftOut("tsa", "timestamp", damaged_stamp(any_company), "token")
    export_id = export(any_company, wanted)

    auditor = any_company.at_keyboard("auditor")
    assert show_export(any_company.vault, auditor, export_id=export_id).left_out == (lacking,)
    assert [entry.details["left_out"] for entry in entries_of(any_company, Event.EXPORT_MADE)] == [1]
    file = zipfile.ZipFile(io.BytesIO(content_of(any_company, export_id)))
    if wanted is ExportFormat.PACK:
        file = zipfile.ZipFile(io.BytesIO(file.read("evidence.zip")))
    [stated] = json.loads(file.read("manifest.json"))["left_out"]
    assert LeftOut(**stated) == lacking


def test_nothing_is_told_where_nothing_is_lacking(company: Company) -> None:
    """No fact in the trail, nothing in the row."""
    export_id = export(company, ExportFormat.BUNDLE)

    assert show_export(company.vault, company.at_keyboard("auditor"), export_id=export_id).left_out == ()
    assert "left_out" not in entries_of(company, Event.EXPORT_MADE)[0].details


def test_row_that_says_something_else_tells_nothing() -> None:
    """A damaged row breaks no page; the file itself says it all the same."""
    written = [LeftOut("tsa", "timestamp", 8, "digest")]

    assert read_left_out(write_left_out(written)) == tuple(written)
    assert [read_left_out(each) for each in (None, "[", '{"a":1}')] == [(), (), ()]
