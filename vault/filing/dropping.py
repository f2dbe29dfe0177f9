"""Files that come by folder or command line instead of the web: the same filing, waited for until pages are made.

Whoever drops a file learns at once what is wrong with it, so the conversion is part of the filing here; a file whose
pages cannot be made raises the same InputError as one that is refused on sight, and the folder keeps it in quarantine.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import BinaryIO

from vault.database import document_queries, dossier_queries, people_queries
from vault.database.document_queries import VersionState
from vault.database.engine import reading
from vault.errors import InputError, NotFound, Unavailable
from vault.filing.content import FileContent
from vault.filing.conversion import convert_version
from vault.filing.documents import SubmittedDocument, submit_document
from vault.intake.hot_folder import FilingOutcome
from vault.intake.spool import SpooledFile
from vault.model import Actor, Place, PlaceSource, VersionId
from vault.people.signing_in import actor_of, normalised_login
from vault.runtime import Vault

POLL_SECONDS = 0.2
PATIENCE_POLLS = 9_000
"""Half an hour of waiting for another process that converts the same file."""


def folder_filer(vault: Vault, *, custodian: str) -> Callable[[SpooledFile], FilingOutcome]:
    """What the watched folder calls for each file, filing in the name of the person with the login ``custodian``."""

    def file_spooled(spooled: SpooledFile) -> FilingOutcome:
        actor = person_at_keyboard(vault, login=custodian, place="watched folder")
        with spooled.open() as file:
            submitted = file_now(
                vault,
                actor,
                reference=spooled.reference,
                file_name=spooled.name,
                file=file,
                size=spooled.appearance().size,
                submission_key=_submission_key(spooled),
            )
        return FilingOutcome.ALREADY_FILED if submitted.already_filed else FilingOutcome.FILED

    return file_spooled


def file_now(
    vault: Vault, actor: Actor, *, reference: str, file_name: str, file: BinaryIO, size: int, submission_key: str
) -> SubmittedDocument:
    """Files one open file into the dossier called ``reference`` and waits for its pages; InputError if none come."""
    with reading(vault.engine) as tx:
        dossier = dossier_queries.find_dossier_by_reference(tx, reference)
    if dossier is None:
        raise NotFound("intake.no_dossier")
    submitted = submit_document(
        vault,
        actor,
        dossier_id=dossier.id,
        document_id=None,
        file_name=file_name,
        content=FileContent(file, size),
        submission_key=submission_key,
    )
    _await_pages(vault, submitted.version_id)
    return submitted


def person_at_keyboard(vault: Vault, *, login: str, place: str) -> Actor:
    """A person who acts without a web session; their rights are checked at every use like anybody's."""
    with reading(vault.engine) as tx:
        person = people_queries.find_person_by_login(tx, normalised_login(login))
    if person is None:
        raise NotFound("person.unknown")
    here = Place(address="local", source=PlaceSource.DECLARED, declared=place)
    return actor_of(person, session_id="", place=here, token=None)


def _submission_key(spooled: SpooledFile) -> str:
    """The same for every try to file what lies in the spool as it is; another once a late writer has changed it."""
    looks = spooled.appearance()
    seen = f"{spooled.entry.name}/{looks.device}/{looks.inode}/{looks.size}/{looks.modified_ns}"
    return f"folder-{hashlib.sha256(seen.encode()).hexdigest()[:48]}"


def _await_pages(vault: Vault, version_id: VersionId) -> None:
    for _poll in range(PATIENCE_POLLS):
        state = convert_version(vault, version_id)
        if state is VersionState.QUARANTINED:
            raise InputError(_fault_of(vault, version_id))
        if state not in {VersionState.STORED, VersionState.CONVERTING}:
            return
        threading.Event().wait(POLL_SECONDS)
    raise Unavailable("intake.conversion_slow")


def _fault_of(vault: Vault, version_id: VersionId) -> str:
    with reading(vault.engine) as tx:
        version = document_queries.load_version(tx, version_id)
    return version.fault_code if version and version.fault_code else "intake.conversion_failed"
