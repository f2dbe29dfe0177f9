"""Which function writes which format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from vault.ledger.bundle.layout import LeftOut
from vault.runtime import Vault
from vault.trail.exports.bundle import bundle_pieces
from vault.trail.exports.csv_table import write_csv
from vault.trail.exports.exposure import write_exposure_csv, write_exposure_json, write_exposure_pdf
from vault.trail.exports.formats import ExportFormat
from vault.trail.exports.jsonl import write_jsonl
from vault.trail.exports.ordered import OrderedExport
from vault.trail.exports.pack import pack_pieces
from vault.trail.exports.pdf import write_pdf
from vault.trail.exports.proofs import write_proofs
from vault.trail.exports.sheet import Writer
from vault.trail.exports.xlsx import write_xlsx

WRITERS: dict[ExportFormat, Writer] = {
    ExportFormat.PROOFS: write_proofs,
    ExportFormat.JSONL: write_jsonl,
    ExportFormat.CSV: write_csv,
    ExportFormat.XLSX: write_xlsx,
    ExportFormat.PDF: write_pdf,
    ExportFormat.EXPOSURE_PDF: write_exposure_pdf,
    ExportFormat.EXPOSURE_CSV: write_exposure_csv,
    ExportFormat.EXPOSURE_JSON: write_exposure_json,
}


class Composer(Protocol):
    """A format that reads the trail by itself: what is selected, and more of it."""

    def __call__(self, vault: Vault, order: OrderedExport, left_out: list[LeftOut]) -> Iterator[bytes]:
        """The file. To ``left_out`` is added what it lacks of what anchors were given and gave back."""


COMPOSERS: dict[ExportFormat, Composer] = {
    ExportFormat.BUNDLE: bundle_pieces,
    ExportFormat.PACK: pack_pieces,
}
