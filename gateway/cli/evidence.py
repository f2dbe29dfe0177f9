"""``evidence``: what shows that specific measures protected what one person saw, or one document, as one file."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import click

from gateway.cli.session import Session, answering, print_json
from gateway.cli.signed import signed_by, signed_in
from vault.errors import Unavailable
from vault.evidence.packing import PackOrder, order_pack
from vault.evidence.writing import is_closed, pack_bytes
from vault.model import ReasonCategory
from vault.policy.agreements import Language
from vault.policy.reasons import ReasonDraft
from vault.runtime import Vault

CLOSING_SECONDS = 5.0


@click.command()
@click.option("--person", default="", help="Whom it is about: login, staff number, name or id.")
@click.option("--document", default="", help="Or which document, by its id.")
@click.option("--reason", required=True, help="Why; recorded in the trail and written in the pack.")
@click.option("--case", "case_number", default="", help="Case number.")
@click.option(
    "--category",
    type=click.Choice([each.value for each in ReasonCategory]),
    default="review",
    show_default=True,
    help="What the reason is about.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The zip to write; never half a one.",
)
@signed_by("auditor")
@click.pass_obj
def evidence(
    session: Session,
    person: str,
    document: str,
    reason: str,
    case_number: str,
    category: str,
    output: Path,
    login: str,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Put together the evidence about one person or one document.

    Example: dossier-vault evidence --person wangxm --reason "Dispute after leaving" --as tomas --output pack.zip
    """
    language = Language.of_locale(session.locale)
    with answering(session, as_json=as_json), signed_in(session, login, password_file) as (vault, auditor):
        draft = ReasonDraft(category, reason, case_number)
        order = order_pack(vault, auditor, person=person, document=document, reason=draft)
        _wait_for_closing(vault, order)
        digest, size = _written(output, pack_bytes(vault, order, language=language, timezone=auditor.timezone))
    if as_json:
        facts = {"file": str(output), "bytes": size, "sha256": digest, "size": order.pin.checkpoint.size}
        print_json({"ok": True, **facts})
    else:
        click.echo(f"{digest}  {output}")


def _wait_for_closing(vault: Vault, order: PackOrder) -> None:
    """The worker signs within a second; without one running the pack shows less, and is made all the same."""
    deadline = time.monotonic() + CLOSING_SECONDS
    while not is_closed(vault, order) and time.monotonic() < deadline:
        time.sleep(0.2)


def _written(output: Path, pieces: Iterator[bytes]) -> tuple[str, int]:
    """SHA-256 and length of the file, which has its name only once all of it is on the disk."""
    digest, size, name = hashlib.sha256(), 0, ""
    try:
        with tempfile.NamedTemporaryFile(dir=output.resolve().parent, delete=False) as file:
            name = file.name
            for piece in pieces:
                digest.update(piece)
                size += file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(output)
    except BaseException as error:
        if name:
            Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise Unavailable("evidence.not_written") from error
        raise
    return digest.hexdigest(), size
