"""Mailing to a real server: what is in it and what is not, once, later when it is away, never to who left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from tests.company import CUSTOMER, Company
from tests.mail_server import NAME, PASSWORD, MailServer, running_mail_server
from tests.vault.feed.authority import Authority, serving_as
from vault.clock import FixedClock
from vault.config import MailConfig
from vault.database.engine import reading, transaction
from vault.database.tables.notices import notices
from vault.database.tables.people import people
from vault.errors import Unavailable, VaultError
from vault.health import check_health
from vault.model import PersonState
from vault.notices.kinds import NoticeKind
from vault.notices.mailing import GIVEN_UP_AFTER, mail_next
from vault.notices.reading import mark_read
from vault.notices.smtp import SmtpMailer
from vault.notices.telling import tell
from vault.people.accounts import suspend_person

ADDRESS = "wang@tests.example"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running_mail_server() as running:
        yield running


def mailing(company: Company, port: int, **more: object) -> SmtpMailer:
    """Configures the company's vault to mail to this port; its borrower has an address."""
    config = MailConfig(
        **{"host": "127.0.0.1", "port": port, "security": "none", "sender": "vault@tests.example", **more}  # type: ignore[arg-type]
    )
    company.vault = replace(company.vault, config=msgspec.structs.replace(company.vault.config, mail=config))
    with transaction(company.vault.engine) as tx:
        tx.execute(sa.update(people).where(people.c.login == "borrower").values(email=ADDRESS, locale="zh_Hans_CN"))
    return SmtpMailer(config)


def told(company: Company, login: str = "borrower") -> None:
    with transaction(company.vault.engine) as tx:
        tell(
            company.vault,
            tx,
            [company.person(login).id],
            NoticeKind.REQUEST_WAITS,
            dossier_id=company.dossier_id,
            subject_id=company.person("author").id,
        )


def mail_states(company: Company) -> list[tuple[str, str]]:
    with reading(company.vault.engine) as tx:
        rows = tx.execute(sa.select(notices.c.mail_state, notices.c.mail_fault).order_by(notices.c.told_at))
        return [(row.mail_state, row.mail_fault) for row in rows]


def test_mail_says_that_there_is_something_and_nothing_of_what(company: Company, server: MailServer) -> None:
    """In the person's language, with the address of the signed-in page; no name but theirs, no dossier, no customer."""
    mailer = mailing(company, server.port)
    told(company)
    assert [mail_next(company.vault, mailer), mail_next(company.vault, mailer)] == [True, False]
    (mail,) = server.mails
    text = mail.get_content()
    assert mail["To"] == f"王晓明 <{ADDRESS}>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "等待您审批" in mail["Subject"]
    assert company.vault.config.gateway.public_url + "/notices" in text
    for kept in (CUSTOMER, "Lindqvist", company.dossier_id, "D-"):
        assert kept not in text + mail["Subject"]
    assert mail_states(company) == [("sent", "")]


def test_no_server_or_no_address_is_no_mail(company: Company, server: MailServer) -> None:
    told(company)
    mailer = mailing(company, server.port)
    told(company, "approver")
    assert not mail_next(company.vault, mailer)
    assert mail_states(company) == [("none", ""), ("none", "")]


def test_server_that_is_away_gets_it_later(company: Company, clock: FixedClock, server: MailServer) -> None:
    """With growing pauses; health says since when and why."""
    away = mailing(company, 9)  # nothing listens there
    told(company)
    with pytest.raises(Unavailable, match=r"mail\.unreachable"):
        mail_next(company.vault, away)
    assert not mail_next(company.vault, away)
    clock.advance(dt.timedelta(minutes=16))
    mail = next(part for part in check_health(company.vault).parts if part.name == "mail")
    assert (mail.ok, mail.detail, mail.is_vital) == (False, "mail.unreachable", False)
    assert mail_next(company.vault, mailing(company, server.port))
    assert [mail["Message-ID"] for mail in server.mails] == [server.mails[0]["Message-ID"]]
    assert mail_states(company) == [("sent", "")]


def test_refusal_for_good_ends_it_and_one_for_now_does_not(company: Company, server: MailServer) -> None:
    mailer = mailing(company, server.port)
    told(company)
    server.answer = "451 try later"
    with pytest.raises(Unavailable, match=r"mail\.later"):
        mail_next(company.vault, mailer)
    assert mail_states(company) == [("waiting", "mail.later")]
    told(company)
    server.answer = "550 nobody here"
    assert mail_next(company.vault, mailer)
    assert ("failed", "mail.refused") in mail_states(company)


def test_it_is_given_up_after_days(company: Company, clock: FixedClock) -> None:
    """The notice in the vault stands."""
    mailer = mailing(company, 9)
    told(company)
    clock.advance(GIVEN_UP_AFTER)
    with pytest.raises(Unavailable):
        mail_next(company.vault, mailer)
    assert mail_states(company) == [("failed", "mail.unreachable")]


@pytest.mark.parametrize("meanwhile", ["suspended", "read", "no address"])
def test_what_nobody_needs_any_more_is_not_mailed(
    company: Company, clock: FixedClock, server: MailServer, meanwhile: str
) -> None:
    mailer = mailing(company, server.port)
    told(company)
    if meanwhile == "suspended":
        suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.person("borrower").id)
        assert company.person("borrower").state is PersonState.SUSPENDED
    elif meanwhile == "read":
        mark_read(company.vault, company.at_keyboard("borrower"), told_until=clock.now())
    else:
        with transaction(company.vault.engine) as tx:
            tx.execute(sa.update(people).values(email=""))
    assert mail_next(company.vault, mailer)
    assert server.mails == []
    assert mail_states(company) == [("none", "")]


def test_password_goes_over_tls_only_and_to_a_server_that_is_believed(company: Company, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = serving_as(authority.issue("localhost"))
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")
    signing_in = {"host": "localhost", "security": "starttls", "username": NAME, "password_file": password}
    with running_mail_server(tls=context, wants_sign_in=True) as server:
        told(company)
        with pytest.raises(Unavailable, match=r"mail\.certificate"):
            _send_one(company, server.port, **signing_in)
        _send_one(company, server.port, ca_file=authority.file, **signing_in)
        assert server.signed_in == [NAME]
        password.write_text("another\n")
        with pytest.raises(Unavailable, match=r"mail\.sign_in"):
            _send_one(company, server.port, ca_file=authority.file, **signing_in)
    with running_mail_server() as plain, pytest.raises(Unavailable, match=r"mail\.certificate"):
        _send_one(company, plain.port, **signing_in)
    assert plain.mails == []


def _send_one(company: Company, port: int, **more: object) -> None:
    mailer = mailing(company, port, **more)
    told(company)
    try:
        mail_next(company.vault, mailer)
    except VaultError:
        with transaction(company.vault.engine) as tx:
            tx.execute(sa.delete(notices))
        raise
