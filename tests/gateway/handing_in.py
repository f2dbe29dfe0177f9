"""Files handed in on a dossier's page, for tests: as the form sends them, and as its script does."""

from __future__ import annotations

import io
import re

from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.gateway.visitor import Visitor

KEY = "0123456789abcdef" * 2
"""The number of a form."""

File = tuple[str, bytes]
"""Name and content."""


def hand_in(
    visitor: Visitor,
    dossier_id: str,
    *files: File,
    key: str = KEY,
    document_id: str = "",
    script: bool = False,
    token: str = "",
) -> TestResponse:
    """Sends the form with its files; by ``script`` to the address that answers with JSON."""
    boundary, body = encode_multipart(
        {
            "csrf": token or visitor.form_token(),
            "submission_key": key,
            "document_id": document_id,
            "files": [FileStorage(io.BytesIO(content), filename=name) for name, content in files],
        }
    )
    return visitor.open(
        "POST",
        f"/dossiers/{dossier_id}/{'uploads' if script else 'documents'}",
        input_stream=io.BytesIO(body),
        content_length=len(body),
        content_type=f"multipart/form-data; boundary={boundary}",
    )


def key_on_page(visitor: Visitor, dossier_id: str) -> str:
    """The number that the form of the page has."""
    found = re.search(r'name="submission_key" value="([^"]+)"', visitor.get(f"/dossiers/{dossier_id}").text)
    assert found is not None
    return found.group(1)
