"""The witness as a web application: two routes, no pages, no sessions, no vault.

Who may submit is told by the checkpoint's own signature, as C2SP tlog-witness has it: nothing else is asked for, and
nothing but sizes, roots and signatures is ever said. The last checkpoint of a log can be read by whoever knows its
name; the protocol leaves that open, and auditors and vaults need it after a restore.
"""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from vault.anchors.witnessing import LONGEST_REQUEST_BYTES, Witness
from vault.errors import VaultError

_TEXT, _SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"


def create_witness_app(witness: Witness) -> Flask:
    """The application over one witness."""
    app = Flask("witness", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_REQUEST_BYTES

    @app.post("/add-checkpoint")
    def add_checkpoint() -> Response:
        answer = witness.add_checkpoint(request.get_data())
        return _plain(answer.body, answer.status, content_type=_SIZE if answer.is_size else _TEXT)

    @app.get("/checkpoint/<digest>")
    def show_checkpoint(digest: str) -> Response:
        if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            return _plain("", 404)
        last = witness.last(digest)
        return _plain(last, 200 if last else 404)

    @app.errorhandler(HTTPException)
    def answer_http_error(error: HTTPException) -> Response:
        return _plain("", error.code or 500)

    @app.errorhandler(VaultError)
    def answer_fault(_error: VaultError) -> Response:
        return _plain("", 503)

    return app


def _plain(body: str, status: int, *, content_type: str = _TEXT) -> Response:
    response = Response(body, status=status, content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
