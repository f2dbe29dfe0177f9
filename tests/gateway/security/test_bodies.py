"""Bodies: shorter than announced, over a real socket; forms that break off; files where they do not belong."""

from __future__ import annotations

import io
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from gateway.security.bodies import MOST_FILES
from tests.gateway.handing_in import KEY, hand_in
from tests.gateway.visitor import Visitor, Web


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def port(web: Web) -> Iterator[int]:
    """The application behind a server that sets ``wsgi.input_terminated``, as gunicorn does."""

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        environ["wsgi.input_terminated"] = True
        environ["HTTP_HOST"] = "127.0.0.1:8700"
        return web.app(environ, start_response)

    server = make_server("127.0.0.1", 0, application, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_body_cut_short_is_a_bad_request(port: int) -> None:
    """Half a form is no form."""
    assert _status(port, announced=1000, body=b"login=borrower&password=x") == 400


def test_whole_body_is_taken(port: int) -> None:
    """The same form, complete, is answered."""
    body = b"login=borrower&password=x"
    assert _status(port, announced=len(body), body=body) == 401


def test_form_that_ends_in_the_middle_of_a_file_is_a_bad_request(web: Web) -> None:
    """Its length is right, but the last boundary never came: no short document, and no talk of expired forms."""
    author = web.visitor("author")
    whole = _form(author, "files", b"The plan for line five.")
    answer = _send(author, web, whole[:-20])
    assert answer == 400
    assert _send(author, web, whole) == 303


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=other"])
def test_form_without_its_boundary_is_a_bad_request(web: Web, content_type: str) -> None:
    """Not an empty form."""
    author = web.visitor("author")
    assert _send(author, web, _form(author, "files", b"plan"), content_type=content_type) == 400


def test_file_is_refused_where_no_upload_is_taken(web: Web) -> None:
    """Before and after signing in: no form but those for documents takes a file."""
    file = {"password": (io.BytesIO(b"x"), "password.txt"), "login": "borrower"}
    assert Visitor(web.app).open("POST", "/sign-in", data=file).status_code == 400
    customer = {"customer": (io.BytesIO(b"x"), "customer.txt")}
    assert web.visitor("borrower").post("/dossiers/search", customer).status_code == 400


def test_more_files_than_a_form_may_have_are_refused_together(web: Web) -> None:
    """Each keeps a file open, so their number is bounded."""
    files = [(f"{number}.txt", f"Note {number}".encode()) for number in range(MOST_FILES + 1)]
    answer = hand_in(web.visitor("author"), web.company.dossier_id, *files)
    assert answer.status_code == 400
    assert f"At most {MOST_FILES} files" in answer.text


def test_field_that_is_long_as_a_file_is_refused(web: Web) -> None:
    """Fields are kept in memory, so they are bounded where files are not."""
    author = web.visitor("author")
    answer = hand_in(author, web.company.dossier_id, ("Plan.txt", b"plan"), document_id="a" * 200_000)
    assert answer.status_code == 400


def test_requests_that_fail_leave_no_file_open(web: Web) -> None:
    """Broken off, refused and taken ones alike."""
    author = web.visitor("author")
    whole = _form(author, "files", b"The plan for line five.")
    _send(author, web, whole)
    before = _open_files()
    for _time in range(5):
        _send(author, web, whole[:-20])
        _send(author, web, whole)
        hand_in(author, web.company.dossier_id, ("Plan.exe", b"MZ"), ("Notes.txt", b"n"), key="none")
    assert _open_files() - before == Counter()


def _form(visitor: Visitor, field: str, content: bytes) -> bytes:
    fields = {"csrf": visitor.form_token(), "submission_key": KEY}
    head = "".join(f'--cut\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items())
    head += f'--cut\r\nContent-Disposition: form-data; name="{field}"; filename="Plan.txt"\r\n\r\n'
    return head.encode() + content + b"\r\n--cut--\r\n"


def _send(visitor: Visitor, web: Web, body: bytes, content_type: str = "multipart/form-data; boundary=cut") -> int:
    path = f"/dossiers/{web.company.dossier_id}/documents"
    return visitor.open("POST", path, data=body, content_type=content_type).status_code


def _open_files() -> Counter[str]:
    """What this process has open, but sockets, pipes and the database: that its pool opens as it likes."""
    names = [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    return Counter(name for name in names if name.startswith("/") and "/proc/" not in name and "/vault.db" not in name)


def _status(port: int, *, announced: int, body: bytes) -> int:
    head = (
        "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:8700\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {announced}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return int(answer.split()[1])
