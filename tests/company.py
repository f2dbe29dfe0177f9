"""A small company in a real vault, for tests: people in every role, a dossier, documents.

Built once a test process and copied for each test, so that every test has a vault of its own in milliseconds. The
password hashing is the cheapest legal one; everything else is as in production.
"""

from __future__ import annotations

import functools
import io
import json
import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from keys.primitives import Argon2Profile
from keys.root.port import Passphrase
from vault.access.opening import open_view
from vault.access.reading import read_page
from vault.assembly import open_vault, sequencer_of
from vault.clock import Clock
from vault.config import Config, load_config
from vault.custody.initialising import initialise
from vault.custody.passphrases import HeldPassphrase
from vault.database import people_queries
from vault.database.engine import reading, transaction
from vault.database.people_queries import PersonRecord
from vault.database.policy_queries import add_policy_version, policy_in_force
from vault.filing.content import FileContent
from vault.filing.conversion import convert_next
from vault.filing.documents import SubmittedDocument, submit_document
from vault.filing.dossiers import DossierDraft, assign, create_dossier
from vault.filing.records import CustomerRecord
from vault.marking.fonts import FontSet, load_fonts
from vault.model import Actor, Classification, Duty, Office, Place, PlaceSource
from vault.people.accounts import PersonDraft, create_person
from vault.people.signing_in import NewSession, actor_of, change_password, sign_in
from vault.policy.document import Policy
from vault.policy.reasons import ReasonDraft
from vault.runtime import Vault

PASSWORD = "correct lantern 7 harbour"
OFFICE_PLACE = Place(address="10.1.2.3", source=PlaceSource.ZONE, zone="Head office")
CANARY = "CANARY-7f3a-quarterly-figures"
CUSTOMER = "Harrow & Vale Bearings CANARY-CUSTOMER"
REASON = ReasonDraft("offer", "Preparing the offer for line four")
TEXT = f"Offer for line four\n\n{CANARY}\n第二页说明\n".encode()

STAFF: dict[str, tuple[Duty, ...]] = {
    "borrower": (Duty.BORROWER,),
    "other": (Duty.BORROWER,),
    "author": (Duty.AUTHOR,),
    "custodian": (Duty.CUSTODIAN,),
    "custodian2": (Duty.CUSTODIAN,),
    "approver": (Duty.APPROVER,),
    "stranger": (Duty.BORROWER, Duty.AUTHOR, Duty.CUSTODIAN, Duty.APPROVER),
}
OFFICERS = {"officer": Office.SECURITY_OFFICER, "auditor": Office.AUDITOR}
NAMES = {"borrower": "王晓明", "author": "Jonas Lindqvist", "custodian": "Beatrice Okafor"}


@dataclass
class Company:
    """A vault with people, and the ids of what is in it."""

    vault: Vault
    directory: Path
    dossier_id: str = ""
    document_id: str = ""
    ids: dict[str, str] = field(default_factory=dict)

    def person(self, login: str) -> PersonRecord:
        with reading(self.vault.engine) as tx:
            found = people_queries.find_person_by_login(tx, login)
        assert found is not None
        return found

    def signed_in(self, login: str, *, place: Place = OFFICE_PLACE) -> Actor:
        """A new session of the person, through the real sign-in."""
        return self.session(login, place=place).actor

    def session(self, login: str, *, place: Place = OFFICE_PLACE) -> NewSession:
        return sign_in(self.vault, login=login, password=PASSWORD, place=place, user_agent="tests")

    def at_keyboard(self, login: str) -> Actor:
        """The person without a session: enough for whatever opens no view."""
        return actor_of(self.person(login), session_id="", place=OFFICE_PLACE, token=None)

    def submit(
        self,
        login: str,
        content: bytes,
        *,
        name: str = "Offer.txt",
        dossier_id: str = "",
        key: str = "",
        document_id: str | None = None,
    ) -> SubmittedDocument:
        return submit_document(
            self.vault,
            self.at_keyboard(login),
            dossier_id=dossier_id or self.dossier_id,
            document_id=document_id,
            file_name=name,
            content=FileContent(io.BytesIO(content), len(content)),
            submission_key=key or self.vault.random(8).hex(),
        )

    def open_and_read(self, actor: Actor | None = None, *, key: str = "") -> str:
        """Somebody opens the document and reads its first page; the view's id."""
        reader = actor or self.signed_in("other")
        opened = open_view(
            self.vault,
            reader,
            document_id=self.document_id,
            reason=REASON,
            declared_place="",
            idempotency_key=key or self.vault.random(8).hex(),
        )
        assert read_page(self.vault, reader, view_id=opened.view_id, page_number=1).jpeg
        return opened.view_id

    def convert_all(self) -> None:
        while convert_next(self.vault):
            pass

    def sequence(self) -> None:
        """Sequences until nothing waits."""
        sequencer = sequencer_of(self.vault)
        while sequencer.run_once():
            pass


def add_officer(company: Company, login: str, office: Office, *, number: int) -> str:
    """One more person of an office, with the password of all; their id."""
    _add(company, _draft(login, login.title(), number, office=office))
    company.ids[login] = company.person(login).id
    return company.ids[login]


def set_policy(company: Company, policy: Policy) -> None:
    """Puts it in force as two people would have."""
    with transaction(company.vault.engine) as tx:
        version = policy_in_force(tx).version + 1
        add_policy_version(tx, version=version, policy=policy, now=company.vault.clock.now())


def write_config(
    directory: Path,
    *,
    database_url: str = "",
    storage: str = "",
    root: str = "",
    extra: str = "",
    origin: str = "tests.example/vault",
) -> Path:
    """A configuration whose files all lie in ``directory``."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "config.toml"
    head = f"""
        [database]
        url = "{database_url or f"sqlite:///{directory}/vault.db"}"

        [keys]
        root = "{root or f"file:{directory}/root.key"}"

        [intake]
        spool = "{directory}/spool"

        [trail]
        origin = "{origin}"
        """
    storage = storage or f'[storage]\ndirectory = "{directory}/objects"\n'
    zones = '[[places.zones]]\nname = "Head office"\nnetworks = ["10.1.0.0/16"]\n'
    path.write_text("\n".join([textwrap.dedent(head), storage, zones, extra]), encoding="utf-8")
    return path


def open_company_vault(
    config_path: Path, *, clock: Clock | None = None, passphrase: HeldPassphrase | None = None
) -> Vault:
    """The vault of a test configuration; sealed."""
    return open_cheaply(load_config(config_path), clock=clock, passphrase=passphrase)


def open_cheaply(config: Config, *, clock: Clock | None = None, passphrase: Passphrase | None = None) -> Vault:
    """``open_vault`` with the cheapest legal password hashing and the built-in fonts read once a test process."""
    fonts = None if config.marking.extra_fonts else _fonts()
    return open_vault(config, clock=clock, password_profile=Argon2Profile.TESTING, fonts=fonts, passphrase=passphrase)


def build_company(
    config_path: Path,
    *,
    clock: Clock | None = None,
    with_document: bool = True,
    passphrase: HeldPassphrase | None = None,
) -> Company:
    """Begins the vault and fills it through the use cases that everybody uses."""
    vault = open_company_vault(config_path, clock=clock, passphrase=passphrase)
    draft = _draft("admin", "Ruth Feldman", 1, office=Office.ADMINISTRATOR)
    created = initialise(vault, administrator=draft, passphrase=passphrase)
    vault.keyroom.unseal()
    company = Company(vault, config_path.parent)
    _choose_password(company, "admin", created.initial_password)
    for number, (login, duties) in enumerate(STAFF.items(), start=2):
        _add(company, _draft(login, NAMES.get(login, login.title()), number, duties=duties))
    for number, (login, office) in enumerate(OFFICERS.items(), start=50):
        _add(company, _draft(login, login.title(), number, office=office))
    company.ids = {login: company.person(login).id for login in (*STAFF, *OFFICERS, "admin")}
    company.dossier_id = found_dossier(company)
    if with_document:
        company.document_id = company.submit("custodian", TEXT).document_id
        company.convert_all()
    company.sequence()
    return company


def found_dossier(company: Company, *, classification: Classification = Classification.CONFIDENTIAL) -> str:
    """A dossier with custodian, author, borrowers and approver."""
    custodian = company.at_keyboard("custodian")
    dossier_id = create_dossier(
        company.vault,
        custodian,
        draft=DossierDraft(classification, CustomerRecord(CUSTOMER, "Sheffield", "Margaret Vale", "good", "chess")),
    )
    for login, duty in {
        "author": Duty.AUTHOR,
        "borrower": Duty.BORROWER,
        "other": Duty.BORROWER,
        "approver": Duty.APPROVER,
    }.items():
        assign(company.vault, custodian, dossier_id=dossier_id, person_id=company.ids[login], duty=duty)
    return dossier_id


def copy_company(template: Path, target: Path) -> None:
    """The files of a built company under another directory, with its configuration adapted."""
    shutil.copytree(template, target, dirs_exist_ok=True)
    config = target / "config.toml"
    config.write_text(config.read_text().replace(str(template), str(target)))


def reopen_company(directory: Path, *, clock: Clock | None = None) -> Company:
    """A company from its files, unsealed, with the ids that were written down."""
    vault = open_company_vault(directory / "config.toml", clock=clock)
    vault.keyroom.unseal()
    company = Company(vault, directory)
    facts = json.loads((directory / "facts").read_text())
    company.ids, company.dossier_id, company.document_id = facts["people"], facts["dossier"], facts["document"]
    return company


def remember(company: Company) -> None:
    """Writes down which ids a built company has."""
    facts = {"people": company.ids, "dossier": company.dossier_id, "document": company.document_id}
    (company.directory / "facts").write_text(json.dumps(facts))


@functools.cache
def _fonts() -> FontSet:
    """The built-in fonts, read once a test process: they never change, and reading them is half of opening a vault."""
    return load_fonts()


def _draft(
    login: str, name: str, number: int, *, office: Office = Office.STAFF, duties: Sequence[Duty] = ()
) -> PersonDraft:
    return PersonDraft(
        login=login,
        name=name,
        staff_number=f"N-{number:04d}",
        office=office,
        qualifications=frozenset(duties),
        clearance=Classification.SECRET,
        locale="en",
        timezone="Asia/Shanghai",
    )


def _add(company: Company, draft: PersonDraft) -> None:
    created = create_person(company.vault, company.at_keyboard("admin"), draft=draft)
    _choose_password(company, draft.login, created.initial_password)


def _choose_password(company: Company, login: str, initial: str) -> None:
    session = sign_in(company.vault, login=login, password=initial, place=OFFICE_PLACE, user_agent="tests")
    change_password(company.vault, session.actor, current=initial, new=PASSWORD)
