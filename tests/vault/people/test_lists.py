"""Lists of people: each form that personnel departments send, and what is no list."""

from __future__ import annotations

import json

import pytest

from vault.errors import InputError
from vault.people.lists import MOST_ROWS, ListedPerson, read_list

ROW = {"staff_number": "N-1", "login": "wang", "name": "王晓明"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_csv_is_read_as_spreadsheets_write_it(delimiter: str, encoding: str, line_end: str) -> None:
    """Separators, encodings and line ends of the programs that companies have, in China as elsewhere."""
    lines = [("staff_number", "login", "name"), tuple(ROW.values())]
    text = line_end.join(delimiter.join(cells) for cells in lines) + line_end

    assert read_list(text.encode(encoding)) == [ListedPerson(2, ROW)]


def test_chinese_titles_name_the_same_fields() -> None:
    """A list from a Chinese personnel system needs no translation by hand."""
    [row] = read_list(
        "工号,登录名,姓名,机构职务,可任职责,涉密等级,语言,时区,在职\n1,w,王,staff,borrower,secret,zh,UTC,是\n".encode()
    )

    assert row.values == {
        "staff_number": "1",
        "login": "w",
        "name": "王",
        "office": "staff",
        "qualifications": "borrower",
        "clearance": "secret",
        "locale": "zh",
        "timezone": "UTC",
        "active": "是",
    }


def test_rows_have_the_numbers_of_their_lines() -> None:
    """A quoted field may hold a line end, and empty lines are passed over: the number is that of the editor."""
    text = 'staff_number,name\nN-1,"Two\nlines"\n\n,\nN-2,Next\n'

    assert [row.number for row in read_list(text.encode())] == [3, 6]


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("", "people.list_empty", {}),
        ("staff_number,login\n", "people.list_empty", {}),
        ("login,name\nw,W\n", "people.list_column", {"column": "staff_number"}),
        ("staff_number,salary\n1,2\n", "people.list_column", {"column": "salary"}),
        ("staff_number,name,name\n1,a,b\n", "people.list_column", {"column": "name"}),
        ("staff_number,\n1,2\n", "people.list_column", {"column": "-"}),
        ("staff_number,name\nN-1,a\nN-2\n", "people.list_csv", {"line": 3}),
        ("staff_number,name\nN-1,a,b\n", "people.list_csv", {"line": 2}),
        ('staff_number,name\nN-1,"a\n', "people.list_csv", {"line": 2}),
        ("{", "people.list_json", {}),
        ("[1]", "people.list_json", {}),
        ('{"Resources": 1}', "people.list_json", {}),
        ("[" * 100_000, "people.list_json", {}),
        ("[]", "people.list_empty", {}),
    ],
)
def test_what_is_no_list_is_refused_with_the_place(text: str, code: str, params: dict[str, object]) -> None:
    """Each with its own sentence, and the line or column where there is one."""
    with pytest.raises(InputError) as refused:
        read_list(text.encode())

    assert (refused.value.code, refused.value.params) == (code, params)


def test_bytes_that_are_no_text_are_refused() -> None:
    """An XLSX that was only renamed."""
    with pytest.raises(InputError) as refused:
        read_list(b"PK\x03\x04\x00\x00\x00")

    assert refused.value.code == "people.list_text"


def test_list_beyond_the_limit_is_refused() -> None:
    """Rather than half a company."""
    with pytest.raises(InputError) as refused:
        read_list(b"staff_number\n" + b"1\n" * (MOST_ROWS + 1))

    assert refused.value.code == "people.list_too_long"


def test_scim_users_are_read_with_their_extensions() -> None:
    """A ListResponse of RFC 7644: employee number from the enterprise extension, offices from ours."""
    user = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "wang",
        "name": {"givenName": "Xiaoming", "familyName": "Wang"},
        "active": False,
        "locale": "zh-CN",
        "timezone": "Asia/Shanghai",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"employeeNumber": "N-1"},
        "urn:ietf:params:scim:schemas:extension:dossier-vault:2.0:User": {
            "office": "staff",
            "qualifications": ["author", "borrower"],
            "clearance": "secret",
        },
    }

    [row] = read_list(json.dumps({"totalResults": 1, "Resources": [user]}).encode())

    assert row == ListedPerson(
        1,
        {
            "staff_number": "N-1",
            "login": "wang",
            "name": "Xiaoming Wang",
            "office": "staff",
            "qualifications": "author;borrower",
            "clearance": "secret",
            "locale": "zh-CN",
            "timezone": "Asia/Shanghai",
            "active": "false",
        },
    )


def test_scim_user_without_extensions_says_only_what_it_says() -> None:
    """What is absent is not touched later; a display name comes before its parts."""
    [row] = read_list(b'[{"externalId": "N-1", "displayName": "Wang X", "name": {"formatted": "no"}}]')

    assert row.values == {"staff_number": "N-1", "name": "Wang X"}
