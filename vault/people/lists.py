"""Lists of people as a personnel department has them: CSV, and JSON in the form of SCIM users (RFC 7643).

Pure: reads a list into rows of texts by our own field names and says of each row where it stood. What the texts mean is
:mod:`vault.people.importing`'s to say. A field that a list does not have is not touched in an account that exists.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from vault.errors import InputError
from vault.intake.text_encoding import decode_text

MOST_ROWS = 50_000
LONGEST_BYTES = 32 * 2**20
LONGEST_FIELD_CHARACTERS = 400
FIELDS = (
    "staff_number",
    "login",
    "name",
    "office",
    "qualifications",
    "clearance",
    "locale",
    "timezone",
    "email",
    "active",
    "leaving_date",
    "successor",
)
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        **{field: field for field in FIELDS},
        "工号": "staff_number",
        "登录名": "login",
        "姓名": "name",
        "机构职务": "office",
        "可任职责": "qualifications",
        "涉密等级": "clearance",
        "语言": "locale",
        "时区": "timezone",
        "邮箱": "email",
        "在职": "active",
        "最后工作日": "leaving_date",
        "接任人": "successor",
    }
)
"""Column titles, in either language -> field."""
SCIM_EXTENSION = "urn:ietf:params:scim:schemas:extension:dossier-vault:2.0:User"
SCIM_ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One row: ``number`` is its line in a CSV file (the titles are 1), its place from 1 in a SCIM list."""

    number: int
    values: Mapping[str, str]


def read_list(content: bytes) -> list[ListedPerson]:
    """The rows of a list in either form. InputError ``people.list_*`` if it is none, with the line where it ends.

    CSV (RFC 4180, comma, semicolon or tab) in UTF-8, UTF-16 with its mark, or GB18030; JSON in UTF-8.
    """
    if len(content) > LONGEST_BYTES:
        raise InputError("people.list_too_long", limit=MOST_ROWS)
    text = decode_text(content)
    if text is None:
        raise InputError("people.list_text")
    rows = list(_scim_rows(text) if text.lstrip()[:1] in {"{", "["} else _csv_rows(text))
    if not rows:
        raise InputError("people.list_empty")
    if len(rows) > MOST_ROWS:
        raise InputError("people.list_too_long", limit=MOST_ROWS)
    return rows


def _csv_rows(text: str) -> Iterator[ListedPerson]:
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        titles = next(reader, None)
        if titles is None:
            return
        fields = [HEADERS.get(unicodedata.normalize("NFKC", title).strip().casefold(), "") for title in titles]
        for title, field in zip(titles, fields, strict=True):
            if not field or fields.count(field) > 1:
                raise InputError("people.list_column", column=title.strip()[:40] or "-")
        if "staff_number" not in fields:
            raise InputError("people.list_column", column="staff_number")
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _row(reader.line_num, fields, cells)
    except csv.Error as error:
        raise InputError("people.list_csv", line=reader.line_num) from error


def _row(number: int, fields: list[str], cells: list[str]) -> ListedPerson:
    if len(cells) != len(fields):
        raise InputError("people.list_csv", line=number)
    return ListedPerson(number, {field: _short(cell) for field, cell in zip(fields, cells, strict=True)})


def _scim_rows(text: str) -> Iterator[ListedPerson]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("people.list_json") from error
    users = document.get("Resources", [document]) if isinstance(document, dict) else document
    if not isinstance(users, list):
        raise InputError("people.list_json")
    for number, user in enumerate(users, start=1):
        if not isinstance(user, dict):
            raise InputError("people.list_json")
        yield ListedPerson(number, _scim_values(user))


def _scim_values(user: Mapping[str, Any]) -> dict[str, str]:
    """RFC 7643, 4.1 and 4.3; office, qualifications and clearance stand in an extension of ours."""
    name, enterprise, own = (_object(user.get(key)) for key in ("name", SCIM_ENTERPRISE, SCIM_EXTENSION))
    parts = " ".join(str(name[key]) for key in ("givenName", "familyName") if name.get(key))
    found: dict[str, Any] = {
        "staff_number": enterprise.get("employeeNumber") or user.get("externalId"),
        "login": user.get("userName"),
        "name": user.get("displayName") or name.get("formatted") or parts or None,
        "office": own.get("office"),
        "qualifications": own.get("qualifications"),
        "clearance": own.get("clearance"),
        "locale": user.get("locale") or user.get("preferredLanguage"),
        "timezone": user.get("timezone"),
        "email": _first_email(user.get("emails")),
        "active": user.get("active"),
        "leaving_date": own.get("leavingDate"),
        "successor": own.get("successor"),
    }
    return {field: _short(_scim_text(value)) for field, value in found.items() if value is not None}


def _first_email(emails: Any) -> str | None:
    """The one marked as primary, else the first (RFC 7643, 4.1.2)."""
    listed = [each for each in _list(emails) if isinstance(each, dict) and each.get("value")]
    primary = [each for each in listed if each.get("primary") is True]
    return str((primary or listed)[0]["value"]) if listed else None


def _scim_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(str(each) for each in value)
    return str(value)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _short(text: str) -> str:
    """Cut where no field of ours goes, so that a fault that repeats it stays readable."""
    return text.strip()[:LONGEST_FIELD_CHARACTERS]
