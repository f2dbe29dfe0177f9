"""Operations of every room, each so that it can be done again and again in one vault, to be failed anywhere inside.

``stride`` is more than 1 where an operation asks the same small question hundreds of times.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.company import CUSTOMER, OFFICE_PLACE, PASSWORD, REASON, Company
from tests.vault.trail.exports.making_exports import words
from vault.access.ending import end_view, revoke_view
from vault.access.opening import OpenedView, open_view
from vault.access.reading import read_page, read_page_text, show_view
from vault.assembly import sequencer_of
from vault.database import view_queries
from vault.database.engine import reading, transaction
from vault.database.export_queries import ExportState
from vault.database.view_queries import QuotaKey
from vault.filing.cards import show_dossier
from vault.filing.content import FileContent
from vault.filing.conversion import convert_version
from vault.filing.documents import SubmittedDocument, submit_document
from vault.filing.dossiers import DossierDraft, create_dossier, list_dossiers
from vault.filing.records import CustomerRecord
from vault.model import Actor, Classification, DocumentId, Office
from vault.people.accounts import PersonDraft, create_person
from vault.people.signing_in import sign_in, sign_out
from vault.policy.reasons import ReasonDraft
from vault.trail.downloading import download_export
from vault.trail.exporting import ExportOrder, order_export
from vault.trail.exports.formats import ExportFormat
from vault.trail.exports.making import make_next
from vault.trail.own_exports import end_export, list_exports
from vault.trail.querying import TrailQuery
from vault.trail.searching import search_trail
from vault.trail.verifying import verify_trail
from vault.worker.sweeping import keep_high_water_mark, remove_unknown_objects, sweep

MANY_VIEWS = 2_000


@dataclass(frozen=True)
class Act:
    """``prepare`` happens before the fault and gives what ``perform`` works on; ``settle`` looks at it afterwards."""

    name: str
    prepare: Callable[[Company, int], Any]
    perform: Callable[[Company, Any], Any]
    settle: Callable[[Company, Any], None] = lambda _company, _prepared: None
    stride: int = 1

    def __str__(self) -> str:
        return self.name


def give_many_views(company: Company) -> None:
    """Approved top-ups, so that the quota does not run out while something is tried at every step."""
    key = QuotaKey(company.person("borrower").id, DocumentId(company.document_id), 0)
    with transaction(company.vault.engine) as tx:
        view_queries.grant_views(tx, key, views_granted=MANY_VIEWS)


def used_views(company: Company) -> int:
    """Views of the document that the borrower has used."""
    with reading(company.vault.engine) as tx:
        key = QuotaKey(company.person("borrower").id, DocumentId(company.document_id), 0)
        return view_queries.quota_state(tx, key).used


def _click(company: Company, number: int) -> tuple[Actor, str, int]:
    return company.signed_in("borrower"), f"click {number}", used_views(company)


def _open(company: Company, click: tuple[Actor, str, int]) -> OpenedView:
    actor, key, _before = click
    return open_view(
        company.vault,
        actor,
        document_id=company.document_id,
        reason=REASON,
        declared_place="",
        idempotency_key=key,
    )


def _one_view_was_used(company: Company, click: tuple[Actor, str, int]) -> None:
    actor, _key, before = click
    assert used_views(company) == before + 1
    end_view(company.vault, actor, view_id=_open(company, click).view_id)


def _view(company: Company, number: int) -> tuple[Actor, str]:
    click = _click(company, number)
    return click[0], _open(company, click).view_id


def _end(company: Company, view: tuple[Actor, str]) -> None:
    end_view(company.vault, view[0], view_id=view[1])


def _upload(company: Company, number: int) -> tuple[Actor, bytes, str]:
    return company.at_keyboard("custodian"), f"upload number {number}\n".encode() * 30, f"upload {number}"


def _submit(company: Company, upload: tuple[Actor, bytes, str]) -> SubmittedDocument:
    actor, content, key = upload
    return submit_document(
        company.vault,
        actor,
        dossier_id=company.dossier_id,
        document_id=None,
        file_name="upload.txt",
        content=FileContent(io.BytesIO(content), len(content)),
        submission_key=key,
    )


def _one_document_was_taken(company: Company, upload: tuple[Actor, bytes, str]) -> None:
    actor, content, key = upload
    first = _submit(company, upload)
    assert _submit(company, (actor, content, f"{key} again")).version_id == first.version_id


def _found_dossier(company: Company, _prepared: object) -> None:
    record = CustomerRecord(CUSTOMER, "", "", "", "")
    draft = DossierDraft(Classification.INTERNAL, record)
    create_dossier(company.vault, company.at_keyboard("custodian2"), draft=draft)


def _create_person(company: Company, number: int) -> None:
    draft = PersonDraft(
        login=f"new{number}.{company.vault.random(4).hex()}",
        name="New Person",
        staff_number=company.vault.random(6).hex(),
        office=Office.STAFF,
        qualifications=frozenset(),
        clearance=Classification.INTERNAL,
        locale="en",
        timezone="UTC",
    )
    create_person(company.vault, company.at_keyboard("admin"), draft=draft)


def _sign_in(company: Company, _prepared: object) -> None:
    sign_in(company.vault, login="author", password=PASSWORD, place=OFFICE_PLACE, user_agent="tests")


def _unseal(company: Company, _prepared: object) -> None:
    company.vault.keyroom.unseal()


def _some_entries(company: Company, _number: int) -> None:
    _sign_in(company, None)


def _sequence(company: Company, _prepared: object) -> None:
    sequencer_of(company.vault).run_once()


def _order_export(company: Company, _prepared: object) -> str:
    auditor = company.at_keyboard("auditor")
    reason = ReasonDraft("review", "The yearly audit of the sales department")
    order = ExportOrder(ExportFormat.PROOFS)
    return order_export(company.vault, auditor, query=TrailQuery(event="key.created"), order=order, reason=reason)


def _make_export(company: Company, _export_id: str) -> None:
    make_next(company.vault, words=words(), worker="faults")


def _made_export(company: Company, number: int) -> str:
    export_id = _order_export(company, number)
    _make_export(company, export_id)
    return export_id


def _download_export(company: Company, export_id: str) -> None:
    assert b"".join(download_export(company.vault, company.at_keyboard("auditor"), export_id=export_id).content)


def _remove_export(company: Company, export_id: str) -> None:
    end_export(company.vault, company.at_keyboard("auditor"), export_id=export_id)


def _end_exports(company: Company, _prepared: object) -> None:
    """What was not removed is: only so many may wait at once."""
    auditor = company.at_keyboard("auditor")
    for row in list_exports(company.vault, auditor):
        if row.is_unmade or row.state is ExportState.DONE:
            end_export(company.vault, auditor, export_id=row.id)


def _nothing(_company: Company, number: int) -> int:
    return number


ACTS = (
    Act("open a view", _click, _open, _one_view_was_used),
    Act("show a view", _view, lambda c, v: show_view(c.vault, v[0], view_id=v[1]), _end),
    Act("read a page", _view, lambda c, v: read_page(c.vault, v[0], view_id=v[1], page_number=1), _end),
    Act("read a text", _view, lambda c, v: read_page_text(c.vault, v[0], view_id=v[1], page_number=1), _end),
    Act("end a view", _view, _end),
    Act(
        "revoke a view",
        _view,
        lambda c, v: revoke_view(c.vault, c.at_keyboard("officer"), view_id=v[1], note="Left the desk unlocked"),
    ),
    Act("hand in", _upload, _submit, _one_document_was_taken),
    Act(
        "make pages",
        lambda c, n: _submit(c, _upload(c, n)).version_id,
        lambda c, version_id: convert_version(c.vault, version_id),
    ),
    Act("found a dossier", _nothing, _found_dossier),
    Act("list dossiers", _nothing, lambda c, _n: list_dossiers(c.vault, c.at_keyboard("custodian"))),
    Act(
        "show a dossier",
        _nothing,
        lambda c, _n: show_dossier(c.vault, c.at_keyboard("custodian"), dossier_id=c.dossier_id),
    ),
    Act("create a person", _nothing, _create_person),
    Act("sign in", _nothing, _sign_in),
    Act("sign out", lambda c, _n: c.signed_in("other"), lambda c, actor: sign_out(c.vault, actor)),
    Act("unseal", lambda c, _n: c.vault.seal(), _unseal),
    Act("sequence", _some_entries, _sequence),
    Act("sweep", _nothing, lambda c, _n: (sweep(c.vault), keep_high_water_mark(c.vault))),
    Act("collect", _nothing, lambda c, _n: remove_unknown_objects(c.vault)),
    Act(
        "search the trail", _nothing, lambda c, _n: search_trail(c.vault, c.at_keyboard("auditor"), query=TrailQuery())
    ),
    Act("order an export", _nothing, _order_export, _end_exports, stride=3),
    Act("make an export", _order_export, _make_export, _end_exports, stride=3),
    Act("download an export", _made_export, _download_export, _end_exports),
    Act("remove an export", _made_export, _remove_export, _end_exports),
    Act("verify the trail", _nothing, lambda c, _n: verify_trail(c.vault, None), stride=23),
)
