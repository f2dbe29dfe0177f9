"""A company's busy day with words planted wherever people and documents put secrets, and the list of those words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import astuple

from tests.attacks.acting import open_view
from tests.attacks.canaries import documents
from tests.company import PASSWORD, Company
from tests.gateway.handing_in import hand_in
from tests.gateway.visitor import make_web, open_document
from tests.vault.intake.samples import make_pdf
from vault.access.ending import end_view
from vault.access.reading import read_page, read_page_text
from vault.custody.keyroom import ServiceKey
from vault.database import document_queries, dossier_queries
from vault.database.engine import reading
from vault.filing.dossier_keys import unwrap_dossier_key
from vault.filing.dossiers import DossierDraft, assign, create_dossier
from vault.filing.records import CustomerRecord
from vault.filing.reviewing import refuse_submission
from vault.model import Classification, DossierId, Duty
from vault.policy.granting import GrantKind
from vault.policy.reasons import ReasonDraft
from vault.requests.asking import ask_for
from vault.requests.deciding import decide_request
from vault.worker.sweeping import sweep

CONTENT = "CANARY-content-5d1e quarterly figures"
ENCRYPTED = "CANARY-encrypted-9a77 not for pages"
TITLE = "CANARY-title-b3c4 of a file"
CUSTOMER = CustomerRecord(
    name="CANARY-name-71f0 Bearings",
    address="CANARY-address-22b8 Sheffield",
    contacts="CANARY-contact-0c4d Margaret",
    standing="CANARY-standing-f6a1 excellent",
    notes="CANARY-notes-e8d2 plays chess",
)
VIEW_REASON = "CANARY-reason-3a9b for looking at it"
REQUEST_REASON = "CANARY-request-d417 for more views"
DECISION_NOTE = "CANARY-decision-66ce of the approver"
REFUSAL_NOTE = "CANARY-refusal-aa05 of the custodian"
DECLARED = "CANARY-declared-1f2e hotel"
TYPED_AS_LOGIN = "canary-typed-4b7d-as-login"


def live_through_a_day(company: Company, *, kinds: Collection[str]) -> list[str | bytes]:
    """Files documents of these kinds, views, denies, quarantines, refuses, asks and decides, by web and use case.

    Gives every word, token and key that must be nowhere afterwards.
    """
    vault, custodian = company.vault, company.at_keyboard("custodian")
    company.dossier_id = create_dossier(vault, custodian, draft=DossierDraft(Classification.CONFIDENTIAL, CUSTOMER))
    _assign_all(company)
    web = make_web(company)
    keeper = web.visitor("custodian")
    for name, content in documents(CONTENT).items():
        if name not in kinds:
            continue
        handed_in = hand_in(keeper, company.dossier_id, (f"{TITLE} {name}", content), key=vault.random(16).hex())
        assert handed_in.status_code == 303, name
    hand_in(
        keeper, company.dossier_id, ("Locked.pdf", make_pdf(ENCRYPTED, password="pass")), key=vault.random(16).hex()
    )
    refused = company.submit("author", f"{CONTENT} again and otherwise\n".encode(), name=f"{TITLE} Draft.txt")
    company.convert_all()
    refuse_submission(vault, custodian, document_id=refused.document_id, note=REFUSAL_NOTE)
    tokens = _read_everything(company, len(kinds))
    _ask_and_decide(company)
    reader = web.visitor("", address="203.0.113.9")
    reader.sign_in(TYPED_AS_LOGIN, PASSWORD)
    reader.sign_in("borrower")
    opened = open_document(reader, company.document_id, declared_place=DECLARED, text=VIEW_REASON)
    assert opened.status_code == 303, opened.text
    reader.get(f"{opened.location}/pages/1/text")
    reader.post("/dossiers/search", {"customer": CUSTOMER.name})
    open_document(web.visitor("stranger"), company.document_id, text=VIEW_REASON)
    company.sequence()
    sweep(vault)
    tokens.append(reader.session_cookie)
    return [*_words(), *tokens, *_keys(company)]


def _assign_all(company: Company) -> None:
    duties = {"author": Duty.AUTHOR, "borrower": Duty.BORROWER, "approver": Duty.APPROVER}
    for login, duty in duties.items():
        assign(
            company.vault,
            company.at_keyboard("custodian"),
            dossier_id=company.dossier_id,
            person_id=company.ids[login],
            duty=duty,
        )


def _read_everything(company: Company, count: int) -> list[str]:
    """Opens every live document of the dossier and reads its pages; the tokens of the sessions."""
    with reading(company.vault.engine) as tx:
        found = document_queries.documents_of_dossier(tx, DossierId(company.dossier_id))
    live = [document.id for document in found if document.current_version]
    assert len(live) == count
    company.document_id = live[0]
    tokens = []
    for document_id in live:
        session = company.session("borrower")
        tokens.append(session.token)
        reason = ReasonDraft("offer", VIEW_REASON)
        view_id = open_view(company, session.actor, document_id=document_id, reason=reason).view_id
        read_page(company.vault, session.actor, view_id=view_id, page_number=1)
        read_page_text(company.vault, session.actor, view_id=view_id, page_number=1)
        if document_id != live[-1]:  # one is left open
            end_view(company.vault, session.actor, view_id=view_id)
    return tokens


def _ask_and_decide(company: Company) -> None:
    request_id = ask_for(
        company.vault,
        company.at_keyboard("borrower"),
        document_id=company.document_id,
        kind=GrantKind.VIEWS,
        amount=2,
        reason=ReasonDraft("offer", REQUEST_REASON),
    )
    decide_request(
        company.vault,
        company.at_keyboard("approver"),
        request_id=request_id,
        approve=True,
        amount=2,
        note=DECISION_NOTE,
    )


def _words() -> list[str]:
    planted = (CONTENT, ENCRYPTED, TITLE, VIEW_REASON, REQUEST_REASON, DECISION_NOTE, REFUSAL_NOTE)
    return [*planted, *astuple(CUSTOMER), PASSWORD, TYPED_AS_LOGIN]


def _keys(company: Company) -> list[bytes]:
    """Every key that this process can name: root, service keys, the dossier's."""
    vault = company.vault
    root = (company.directory / "root.key").read_text().split("key ", 2)[2].split()[0]
    with reading(vault.engine) as tx:
        dossier = dossier_queries.load_dossier(tx, company.dossier_id)
    assert dossier is not None
    held = [vault.keyroom.service_key(name) for name in ServiceKey]
    held.append(unwrap_dossier_key(vault.keyroom, dossier).wrapping.secret)
    held += [key.secret for key in vault.keyroom.keyring._known().opened.values()]
    return [bytes.fromhex(root), *(secret.reveal() for secret in held)]
