"""Fills an empty vault with the demonstration company, through the use cases that everybody uses."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tools.demo.agreement import agreement
from tools.demo.company import PEOPLE, DemoDossier, DemoFile, dossiers
from tools.demo.governance import fill_governance
from tools.demo.papers import make_card, make_pdf
from vault.access.ending import end_view
from vault.access.opening import open_view
from vault.access.reading import read_page
from vault.agreements.answering import AnswerDraft, answer_agreement
from vault.agreements.drafting import begin_agreement, publish_version, save_draft
from vault.anchors.placing import place_once
from vault.anchors.proving import prove_once
from vault.assembly import sequencer_of
from vault.custody.holds import place_hold
from vault.custody.initialising import initialise
from vault.custody.operations import approve, order
from vault.custody.scope import Scope
from vault.custody.working import work_once
from vault.filing.content import FileContent
from vault.filing.conversion import convert_next
from vault.filing.documents import submit_document
from vault.filing.dossiers import DossierDraft, assign, create_dossier, list_dossiers
from vault.filing.reviewing import file_submission
from vault.marking.fonts import bundled_font
from vault.model import Actor, Classification, Duty, Office, Place, PlaceSource
from vault.people.accounts import PersonDraft, create_person
from vault.people.signing_in import change_password, sign_in, sign_out
from vault.policy.agreements import Answer, Language
from vault.policy.custody import OperationKind
from vault.policy.granting import GrantKind
from vault.policy.reasons import ReasonDraft
from vault.requests.asking import ask_for
from vault.runtime import Vault

DESK = Place(address="127.0.0.1", source=PlaceSource.ZONE, zone="Northgate office")
Progress = Callable[[str, int, int], None]
"""(what is being done, steps done, steps in all)."""


@dataclass
class _Filled:
    """What later steps need of earlier ones."""

    actors: dict[str, Actor] = field(default_factory=dict)
    documents: dict[str, list[str]] = field(default_factory=dict)
    """Document ids by the login of the first borrower of their dossier."""


def fill(vault: Vault, *, password: str, progress: Progress, planned: Sequence[DemoDossier] = ()) -> None:
    """Everything: people, dossiers, documents with pages, past views, work on keys, and what waits for somebody.

    ``planned`` instead of all thirteen dossiers: at least two of each language.
    """
    filled = _Filled()
    planned = planned or dossiers()
    steps = len(PEOPLE) + len(planned) + sum(len(each.files) for each in planned) + 6
    done = 0

    def step(words: str) -> None:
        nonlocal done
        done += 1
        progress(words, done, steps)

    _people(vault, filled, password, step)
    for dossier in planned:
        _dossier(vault, filled, dossier, step)
    step("agreements")
    _agreements(vault, filled, password)
    step("past views")
    _past_views(vault, filled)
    step("a submission that waits")
    _waiting_submission(vault, filled, planned[0])
    step("what is under way")
    fill_governance(vault, filled.actors, filled.documents, password=password)
    step("work on keys")
    _work_on_keys(vault, filled)
    for actor in filled.actors.values():
        sign_out(vault, actor)
    step("the trail")
    prove_once(vault)  # nothing is signed before the anchors were asked
    sequencer = sequencer_of(vault)
    while sequencer.run_once():
        pass
    for anchor in vault.anchors:
        place_once(vault, anchor)


def _people(vault: Vault, filled: _Filled, password: str, step: Callable[[str], None]) -> None:
    """The administrator comes first and makes the others; everybody chooses the same password for the demonstration."""
    administrator = next(person for person in PEOPLE if person.office is Office.ADMINISTRATOR)
    others = [person for person in PEOPLE if person is not administrator]
    for person in (administrator, *others):
        draft = PersonDraft(
            login=person.login,
            name=person.name,
            staff_number=person.staff_number,
            office=person.office,
            qualifications=frozenset(person.qualifications),
            clearance=person.clearance,
            locale=person.locale,
            timezone=person.timezone,
        )
        if person is administrator:
            initial = initialise(vault, administrator=draft, passphrase=None).initial_password
            vault.keyroom.unseal()
        else:
            initial = create_person(vault, filled.actors[administrator.login], draft=draft).initial_password
        first = sign_in(vault, login=person.login, password=initial, place=DESK, user_agent="demonstration")
        session = change_password(vault, first.actor, current=initial, new=password)
        filled.actors[person.login] = session.actor
        step(person.name)


def _dossier(vault: Vault, filled: _Filled, planned: DemoDossier, step: Callable[[str], None]) -> None:
    custodian = filled.actors[planned.custodian]
    draft = DossierDraft(planned.classification, planned.record)
    dossier_id = create_dossier(vault, custodian, draft=draft)
    duties = {planned.approver: Duty.APPROVER, **dict.fromkeys(planned.borrowers, Duty.BORROWER)}
    clearances = {person.login: person.clearance for person in PEOPLE}
    for login, duty in duties.items():
        if duty is Duty.BORROWER and clearances[login].rank < planned.classification.rank:
            continue
        assign(vault, custodian, dossier_id=dossier_id, person_id=filled.actors[login].person_id, duty=duty)
    assign(
        vault,
        custodian,
        dossier_id=dossier_id,
        person_id=filled.actors[planned.author].person_id,
        duty=Duty.AUTHOR,
    )
    step(planned.record.name)
    for number, file in enumerate(planned.files):
        by_author = number == 0
        author = filled.actors[planned.author if by_author else planned.custodian]
        content = _content(file, seed=len(planned.record.name) + number)
        document_id = _submit(vault, author, dossier_id, file.name, content)
        while convert_next(vault):
            pass
        if by_author:
            file_submission(vault, custodian, document_id=document_id)
        if planned.classification.rank <= clearances[planned.borrowers[0]].rank:
            filled.documents.setdefault(planned.borrowers[0], []).append(document_id)
        step(file.name)


def _content(file: DemoFile, *, seed: int) -> bytes:
    font = str(bundled_font())
    if file.paper is not None:
        return make_pdf(file.paper, seed=seed, font_path=font)
    if file.card:
        return make_card(file.card, font)
    return file.words.encode()


def _submit(vault: Vault, actor: Actor, dossier_id: str, name: str, content: bytes) -> str:
    submitted = submit_document(
        vault,
        actor,
        dossier_id=dossier_id,
        document_id=None,
        file_name=name,
        content=FileContent(io.BytesIO(content), len(content)),
        submission_key=vault.random(16).hex(),
    )
    return submitted.document_id


def _agreements(vault: Vault, filled: _Filled, password: str) -> None:
    """One agreement in force that three borrowers accepted, others have not, and the draft of its next version."""
    admin = filled.actors["admin"]
    agreement_id = begin_agreement(vault, admin, draft=agreement())
    publish_version(vault, admin, agreement_id=agreement_id, revision=1)
    languages = {"alice": Language.ENGLISH, "felix": Language.ENGLISH, "wangxm": Language.CHINESE}
    for login, language in languages.items():
        accepted = AnswerDraft(1, language, Answer.ACCEPTED)
        answer_agreement(vault, filled.actors[login], agreement_id=agreement_id, draft=accepted, password=password)
    save_draft(vault, admin, agreement_id=agreement_id, draft=agreement(years=10), revision=0)


def _past_views(vault: Vault, filled: _Filled) -> None:
    """Three borrowers have read a little; two used up every view of a document, one of them asks for more."""
    reasons = {
        "alice": ReasonDraft("customer_meeting", "Preparing tomorrow's visit to the plant", "CRM-20418"),
        "wangxm": ReasonDraft("offer", "准备下周的产线升级报价", "CRM-20533"),
    }
    for login, reason in reasons.items():
        actor = filled.actors[login]
        for document_id in filled.documents[login][:3]:
            _view_once(vault, actor, document_id, reason)
    farewell = ReasonDraft("handover", "Collecting what my successor has to know", "")
    for document_id in filled.documents["alice"][:2]:
        _view_once(vault, filled.actors["felix"], document_id, farewell)
    for _each in range(3):
        _view_once(vault, filled.actors["alice"], filled.documents["alice"][4], reasons["alice"])
    asker, spent = filled.actors["wangxm"], filled.documents["wangxm"][0]
    for _again in range(2):
        _view_once(vault, asker, spent, reasons["wangxm"])
    ask_for(
        vault,
        asker,
        document_id=spent,
        kind=GrantKind.VIEWS,
        amount=2,
        reason=ReasonDraft("contract", "合同续签谈判前需要再次核对价格条款", "CRM-20561"),
    )


def _view_once(vault: Vault, actor: Actor, document_id: str, reason: ReasonDraft) -> None:
    opened = open_view(
        vault,
        actor,
        document_id=document_id,
        reason=reason,
        declared_place="",
        idempotency_key=vault.random(16).hex(),
    )
    read_page(vault, actor, view_id=opened.view_id, page_number=1)
    end_view(vault, actor, view_id=opened.view_id)


def _waiting_submission(vault: Vault, filled: _Filled, planned: DemoDossier) -> None:
    """A text that its author has handed in and no custodian has looked at yet."""
    from_author = filled.actors[planned.author]
    dossier_id = _dossier_of(vault, from_author, planned)
    words = f"Call with {planned.record.name}\n\nThey ask for the calibration certificate of line 4 before Friday.\n"
    _submit(vault, from_author, dossier_id, "Call note.txt", words.encode())
    while convert_next(vault):
        pass


def _work_on_keys(vault: Vault, filled: _Filled) -> None:
    """A class's key was rotated by two people, another rotation waits for the second one, and a dossier is held."""
    priya, marek, gaolan = (filled.actors[login] for login in ("priya", "marek", "gaolan"))
    yearly = ReasonDraft("review", "Yearly rotation by the key plan", "KEY-2026-03")
    finished = order(
        vault, priya, kind=OperationKind.ROTATE_RING, scope=Scope(ring=Classification.CONFIDENTIAL.value), reason=yearly
    )
    approve(vault, gaolan, operation_id=finished)
    while work_once(vault, worker="demonstration"):
        pass
    planned = ReasonDraft("review", "按密钥计划进行的年度轮换", "KEY-2026-04")
    order(vault, gaolan, kind=OperationKind.ROTATE_RING, scope=Scope(ring=Classification.SECRET.value), reason=planned)
    dispute = ReasonDraft("contract", "The delivery of line 4 is in dispute", "LIT-2026-07")
    reference = list_dossiers(vault, filled.actors["beatrice"])[0].reference
    place_hold(vault, marek, reference=reference, reason=dispute)


def _dossier_of(vault: Vault, actor: Actor, planned: DemoDossier) -> str:
    return list_dossiers(vault, actor, customer=planned.record.name)[0].id
