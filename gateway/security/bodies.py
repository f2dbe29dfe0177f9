"""Bodies of requests: bounded by their route, never short, and with no uploaded file in the clear on a disk.

**Short.** A body that is shorter than it said is a bad request, never a short document. Some WSGI servers announce
that they end the input themselves, and framework code then takes what came as all there was. Where a length was
announced, the announcement is withdrawn, so that the framework counts for itself and raises ClientDisconnected (400)
when the rest is missing; a form whose last boundary never came is a bad request too, not an empty form.

**Files.** The framework would keep a file of a form in memory, and from 500 kB on in a temporary file in the clear.
Here every file goes into a sealed spool, on routes that take uploads, and is refused on all others. What a request
has spooled is gone when it ends, however it ends.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, cast

from flask import current_app
from flask.wrappers import Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from gateway.security.access import declarations
from gateway.sessions import current_vault
from gateway.uploads import UploadedFile
from vault.errors import InputError
from vault.sealing.spool import SealedSpool

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MEBIBYTE = 1 << 20
MOST_FORM_PARTS = 100
MOST_FILES = 50
"""Of one form: each keeps a file open until the request ends."""
LONGEST_FIELD_BYTES = 128 << 10


def withdraw_announced_end(environ: WSGIEnvironment) -> None:
    """Makes the framework count the bytes of a body whose length was announced; called before anything reads one."""
    if environ.get("CONTENT_LENGTH"):
        environ.pop("wsgi.input_terminated", None)


class BoundedRequest(Request):
    """A request whose form is whole and whose files are sealed; how long its body may be is the guard's to say."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._spooled: list[UploadedFile] = []

    @property
    def takes_upload(self) -> bool:
        declared = declarations(current_app).get(self.endpoint or "")
        return declared is not None and declared.takes_upload

    def make_form_data_parser(self) -> FormDataParser:
        parser = super().make_form_data_parser()
        parser.silent = False
        return parser

    def close(self) -> None:
        """Called by the framework at the end of every request; also forgets files of a form that broke off."""
        super().close()
        for spooled in self._spooled:
            spooled.close()

    def _load_form_data(self) -> None:
        try:
            super()._load_form_data()
        except RequestEntityTooLarge as exc:
            if not self.takes_upload:
                raise
            raise InputError("intake.upload_too_large", limit_mib=(self.max_content_length or 0) // MEBIBYTE) from exc
        except ValueError as exc:  # no form, or one that ends in the middle
            raise BadRequest from exc

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - the framework's signature
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        if not self.takes_upload:
            raise InputError("input.invalid")
        if len(self._spooled) == MOST_FILES:
            raise InputError("intake.too_many_files", limit=MOST_FILES)
        vault = current_vault()
        limit_mib = vault.config.intake.max_mib
        spool = SealedSpool(vault.spool, max_bytes=limit_mib * MEBIBYTE, random=vault.random)
        self._spooled.append(UploadedFile(spool, limit_mib=limit_mib))
        return cast("IO[bytes]", self._spooled[-1])
