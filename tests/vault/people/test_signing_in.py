"""Signing in: one answer for every cause, limits that shut out nobody else, and sessions that end when they must."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest

from keys.primitives import Argon2Profile
from tests.company import OFFICE_PLACE, PASSWORD, REASON, Company
from tests.vault.people.entries import entries_of
from vault.access.opening import open_view
from vault.access.reading import show_view
from vault.clock import FixedClock
from vault.database import people_queries
from vault.database.engine import reading
from vault.errors import Conflict, InputError, LeaseEnded, NotFound, NotSignedIn, TooMany, VaultError
from vault.ledger.events import Event, Outcome
from vault.model import Place, PlaceSource
from vault.people import accounts, signing_in
from vault.people.attempts import ADDRESS_ATTEMPTS_FACTOR
from vault.people.passwords import PasswordHasher
from vault.people.signing_in import NewSession, sign_in

ELSEWHERE = Place(address="203.0.113.9", source=PlaceSource.UNKNOWN)
ATTEMPTS = 5


def attempt(company: Company, login: str, password: str = "wrong", *, place: Place = OFFICE_PLACE) -> str:
    """The code of what came back, '' for a session."""
    try:
        sign_in(company.vault, login=login, password=password, place=place, user_agent="tests")
    except VaultError as error:
        return error.code
    return ""


def is_live(company: Company, session: NewSession) -> bool:
    try:
        signing_in.resume_session(company.vault, token=session.token, place=OFFICE_PLACE)
    except NotSignedIn:
        return False
    return True


def said(error: VaultError) -> tuple[type[VaultError], str, dict[str, str | int]]:
    return type(error), error.code, error.params


# user enumeration


@pytest.mark.parametrize("login", ["nobody", "suspended", "borrower", "", "x" * 5000, "a\x00b", "%", "' or 1=1 --"])
def test_every_refusal_is_the_same(company: Company, login: str) -> None:
    """Unknown, suspended or wrong, or no login at all: class, code and parameters are alike."""
    if login == "suspended":
        accounts.suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["other"])
    password = PASSWORD if login == "suspended" else "wrong"

    with pytest.raises(NotSignedIn) as refused:
        sign_in(
            company.vault,
            login="other" if login == "suspended" else login,
            password=password,
            place=OFFICE_PLACE,
            user_agent="",
        )

    assert said(refused.value) == (NotSignedIn, "sign_in.refused", {})


def test_password_of_nobody_costs_the_same_work(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exactly one comparison under the same parameters, whether the login exists or not."""
    compared: list[str] = []
    original = PasswordHasher.verify

    def verify(hasher: PasswordHasher, phc: str | None, password: str) -> bool:
        compared.append((phc or hasher._dummy).rsplit("$", 2)[0])
        return original(hasher, phc, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    attempt(company, "borrower")
    attempt(company, "nobody")

    assert len(compared) == 2
    assert compared[0] == compared[1]


def test_login_that_was_typed_is_recorded_nowhere(company: Company) -> None:
    """People type their password into the field for the login."""
    attempt(company, "my secret passphrase 42")
    company.sequence()
    company.vault.engine.dispose()

    assert b"my secret passphrase" not in b"".join(
        path.read_bytes() for path in company.directory.glob("vault.db*") if path.is_file()
    )


def test_refusal_is_recorded_with_place_and_whom_it_was_about(company: Company) -> None:
    """Who tried to be whom, from where."""
    attempt(company, "borrower", place=ELSEWHERE)

    [entry, *_others] = entries_of(company, Event.SESSION_REFUSED)
    assert entry.outcome is Outcome.DENIED
    assert entry.subject_id == company.ids["borrower"]
    assert entry.place is not None
    assert entry.place.address == ELSEWHERE.address


# limits


def test_login_is_paused_at_the_address_that_failed_and_nowhere_else(company: Company) -> None:
    """A stranger who guesses shuts out themselves, not the person."""
    codes = [attempt(company, "borrower", place=ELSEWHERE) for _ in range(ATTEMPTS + 1)]

    assert codes == ["sign_in.refused"] * ATTEMPTS + ["sign_in.blocked"]
    assert attempt(company, "borrower", PASSWORD, place=ELSEWHERE) == "sign_in.blocked"
    assert attempt(company, "borrower", PASSWORD) == ""


def test_pause_of_one_login_is_none_for_another(company: Company) -> None:
    """At the same address."""
    for _ in range(ATTEMPTS + 1):
        attempt(company, "borrower")

    assert attempt(company, "other", PASSWORD) == ""


def test_unknown_login_is_paused_like_a_known_one(company: Company) -> None:
    """Nothing is to be learnt from who is paused."""
    known = [attempt(company, "borrower", place=ELSEWHERE) for _ in range(ATTEMPTS + 2)]
    unknown = [attempt(company, "nobody", place=ELSEWHERE) for _ in range(ATTEMPTS + 2)]

    assert known == unknown


def test_colleague_cannot_shut_out_an_office_behind_one_address(company: Company) -> None:
    """The address is paused for logins that nobody knows there; who signed in from there lately still does."""
    company.session("borrower")
    for number in range(ATTEMPTS * ADDRESS_ATTEMPTS_FACTOR + 1):
        attempt(company, f"guess{number}")

    assert attempt(company, "guess-new") == "sign_in.blocked"
    assert attempt(company, "borrower", PASSWORD) == ""


def test_wrong_password_at_a_paused_address_says_the_same_to_all(company: Company) -> None:
    """Who is known there cannot be read off the answer."""
    company.session("borrower")
    for number in range(ATTEMPTS * ADDRESS_ATTEMPTS_FACTOR + 1):
        attempt(company, f"guess{number}")

    answers = set()
    for login in ("borrower", "nobody"):
        with pytest.raises(TooMany) as refused:
            sign_in(company.vault, login=login, password="wrong", place=OFFICE_PLACE, user_agent="")
        answers.add(str(said(refused.value)))
    assert len(answers) == 1


def test_known_person_at_a_paused_address_has_no_more_tries_than_ever(company: Company) -> None:
    """Their own limit holds there too."""
    company.session("borrower")
    for number in range(ATTEMPTS * ADDRESS_ATTEMPTS_FACTOR + 1):
        attempt(company, f"guess{number}")
    for _ in range(ATTEMPTS):
        attempt(company, "borrower")

    assert attempt(company, "borrower", PASSWORD) == "sign_in.blocked"


def test_pause_ends_when_it_said(company: Company, clock: FixedClock) -> None:
    """Retry-After is the truth: a second before it is too early, at it the count begins anew."""
    for _ in range(ATTEMPTS):
        attempt(company, "borrower")
    with pytest.raises(TooMany) as refused:
        sign_in(company.vault, login="borrower", password="wrong", place=OFFICE_PLACE, user_agent="")
    seconds = int(refused.value.params["retry_after_seconds"])

    clock.advance(dt.timedelta(seconds=seconds - 1))
    assert attempt(company, "borrower", PASSWORD) == "sign_in.blocked"
    clock.advance(dt.timedelta(seconds=1))
    assert [attempt(company, "borrower") for _ in range(ATTEMPTS)] == ["sign_in.refused"] * ATTEMPTS


def test_pause_is_not_made_longer_by_trying(company: Company, clock: FixedClock) -> None:
    """Attempts during the pause are refused and count for nothing."""
    for _ in range(ATTEMPTS + 1):
        attempt(company, "borrower")
    clock.advance(dt.timedelta(minutes=14))
    for _ in range(20):
        attempt(company, "borrower")
    clock.advance(dt.timedelta(minutes=1))

    assert attempt(company, "borrower", PASSWORD) == ""


def test_two_who_sign_in_from_one_address_at_once_are_both_let_in(company: Company, clock: FixedClock) -> None:
    """The one who looked at the clock first may come to the database second."""
    earlier = replace(company.vault, clock=FixedClock(clock.now() - dt.timedelta(milliseconds=5)))
    assert attempt(company, "borrower", PASSWORD, place=ELSEWHERE) == ""

    other = sign_in(earlier, login="other", password=PASSWORD, place=ELSEWHERE, user_agent="tests")

    assert other.actor.person_id == company.ids["other"]


def test_right_password_forgives_what_came_before(company: Company) -> None:
    """Four typos and a sign-in, four typos and a sign-in."""
    for _round in range(4):
        for _ in range(ATTEMPTS - 1):
            attempt(company, "borrower")
        assert attempt(company, "borrower", PASSWORD) == ""


def test_pause_survives_a_restart(company: Company) -> None:
    """It stands in the database, not in a process."""
    for _ in range(ATTEMPTS + 1):
        attempt(company, "borrower")
    company.vault.engine.dispose()

    assert attempt(company, "borrower", PASSWORD) == "sign_in.blocked"


def test_parallel_guesses_all_count(any_company: Company) -> None:
    """Thirty-two at once: as many passwords are looked at as are allowed, not one more."""
    codes: list[str] = []
    start = threading.Barrier(8)

    def guess() -> None:
        start.wait()
        codes.extend(attempt(any_company, "borrower", place=ELSEWHERE) for _ in range(4))

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (codes.count("sign_in.refused"), codes.count("sign_in.blocked")) == (ATTEMPTS, 32 - ATTEMPTS)


def test_right_passwords_at_once_all_sign_in(any_company: Company) -> None:
    """Each forgets what the address failed while the others are being counted: none meets a row that is gone."""
    codes: list[str] = []
    start = threading.Barrier(4)

    def enter() -> None:
        start.wait()
        codes.extend(attempt(any_company, "borrower", PASSWORD, place=ELSEWHERE) for _ in range(5))

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes == [""] * 20


def test_hostile_logins_are_refused_on_every_database(any_company: Company) -> None:
    """U+0000, lone marks and five thousand characters: the one answer, and no fault."""
    for login in ("\x00", "a\x00", "\ufffe", "\u202eadmin", "a" * 5000, "admin\n", "ａｄｍｉｎ\x00"):
        assert attempt(any_company, login, "\x00" * 300) == "sign_in.refused"


# sessions


def test_token_is_the_only_way_back(company: Company) -> None:
    """Neither the session's id nor a stored digest opens it."""
    session = company.session("borrower")
    with reading(company.vault.engine) as tx:
        stored = people_queries.load_session(tx, session.actor.session_id)
    assert stored is not None

    for token in ("", session.actor.session_id, session.token[:-1], session.token + "A", "A" * 5000):
        with pytest.raises(NotSignedIn):
            signing_in.resume_session(company.vault, token=token, place=OFFICE_PLACE)
    assert session.token not in repr(stored)
    assert session.token not in repr(session.actor)


def test_every_sign_in_is_another_session(company: Company) -> None:
    """Nothing that a browser held before becomes a session by signing in."""
    assert company.session("borrower").token != company.session("borrower").token


def test_idle_session_ends(company: Company, clock: FixedClock) -> None:
    """Used within the half hour it goes on, left alone it does not."""
    session = company.session("borrower")
    for _ in range(3):
        clock.advance(dt.timedelta(minutes=29))
        assert is_live(company, session)
    clock.advance(dt.timedelta(minutes=31))

    assert not is_live(company, session)


def test_busy_session_ends_after_its_hours(company: Company, clock: FixedClock) -> None:
    """However much it is used."""
    session = company.session("borrower")
    for _ in range(23):
        clock.advance(dt.timedelta(minutes=25))
        assert is_live(company, session)
    clock.advance(dt.timedelta(minutes=25))

    assert not is_live(company, session)


def test_signing_out_ends_the_session_and_its_views(company: Company) -> None:
    """The cookie may be kept: it opens nothing any more."""
    session = company.session("borrower")
    opened = open_view(
        company.vault,
        session.actor,
        document_id=company.document_id,
        reason=REASON,
        declared_place="",
        idempotency_key="once",
    )
    signing_in.sign_out(company.vault, session.actor)

    assert not is_live(company, session)
    with pytest.raises(LeaseEnded):
        show_view(company.vault, session.actor, view_id=opened.view_id)


def test_changed_password_ends_every_other_session(company: Company) -> None:
    """Whoever sat at one of them is out; the one that changed it goes on under a new token."""
    first, second = company.session("borrower"), company.session("borrower")

    fresh = signing_in.change_password(company.vault, first.actor, current=PASSWORD, new="another lantern 8 harbour")

    assert [is_live(company, each) for each in (first, second, fresh)] == [False, False, True]
    assert attempt(company, "borrower", PASSWORD) == "sign_in.refused"


def test_session_after_a_changed_password_keeps_its_browser(company: Company) -> None:
    """In the list of devices it is the same one."""
    session = sign_in(
        company.vault, login="borrower", password=PASSWORD, place=OFFICE_PLACE, user_agent="Firefox/140.0\nX: 1"
    )

    fresh = signing_in.change_password(company.vault, session.actor, current=PASSWORD, new="another lantern 8 harbour")

    [row] = signing_in.list_sessions(company.vault, fresh.actor)
    assert row.user_agent == "Firefox/140.0 X: 1"


def test_wrong_current_password_is_counted_and_recorded(company: Company) -> None:
    """Somebody at an unlocked screen has as many tries as at the door."""
    session = company.session("borrower")
    codes = []
    for _ in range(ATTEMPTS + 1):
        with pytest.raises(VaultError) as refused:
            signing_in.change_password(company.vault, session.actor, current="wrong", new="another lantern 8 harbour")
        codes.append(refused.value.code)

    assert codes == ["password.wrong"] * ATTEMPTS + ["sign_in.blocked"]
    denied = [row for row in entries_of(company, Event.PERSON_PASSWORD_CHANGED) if row.code == "password.wrong"]
    assert [row.actor_id for row in denied] == [company.ids["borrower"]] * ATTEMPTS


@pytest.mark.parametrize(
    ("new", "code"),
    [(PASSWORD, "password.same"), ("short", "password.too_short"), ("borrowerborrower", "password.too_common")],
)
def test_new_password_is_checked(company: Company, new: str, code: str) -> None:
    """And nothing changes when it is refused."""
    session = company.session("borrower")

    with pytest.raises(InputError) as refused:
        signing_in.change_password(company.vault, session.actor, current=PASSWORD, new=new)

    assert refused.value.code == code
    assert is_live(company, session)


def test_password_reset_meanwhile_is_not_overwritten(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """An administrator resets it between the check and the change: the reset stays."""
    session = company.session("borrower")
    original = PasswordHasher.hash

    def hash_slowly(hasher: PasswordHasher, password: str) -> str:
        monkeypatch.setattr(PasswordHasher, "hash", original)
        accounts.reset_password(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"])
        return original(hasher, password)

    monkeypatch.setattr(PasswordHasher, "hash", hash_slowly)
    with pytest.raises(Conflict, match=r"revision\.stale"):
        signing_in.change_password(company.vault, session.actor, current=PASSWORD, new="another lantern 8 harbour")

    assert company.person("borrower").password_is_initial


def test_suspended_person_cannot_change_a_password_into_a_session(company: Company) -> None:
    """A request that was under way when the account was suspended begins nothing."""
    session = company.session("borrower")
    accounts.suspend_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"])

    with pytest.raises(NotSignedIn):
        signing_in.change_password(company.vault, session.actor, current=PASSWORD, new="another lantern 8 harbour")


def test_session_is_ended_by_its_owner_only(company: Company) -> None:
    """Another person's session is not found, whatever its id."""
    mine, theirs = company.session("borrower"), company.session("other")

    with pytest.raises(NotFound):
        signing_in.end_session(company.vault, mine.actor, session_id=theirs.actor.session_id)

    assert is_live(company, theirs)


def test_user_agent_is_kept_as_one_short_line(company: Company) -> None:
    """Line ends, escapes and half a megabyte do not reach a list or a log."""
    hostile = "\x1b[31mEvil\r\nSet-Cookie: a=b\u2028<script>" + "x" * 500_000
    session = sign_in(company.vault, login="borrower", password=PASSWORD, place=OFFICE_PLACE, user_agent=hostile)

    [row] = [each for each in signing_in.list_sessions(company.vault, session.actor) if each.current]

    assert len(row.user_agent) == 200
    assert row.user_agent.isprintable()


# rehashing


def test_password_is_stored_anew_under_todays_parameters(company: Company) -> None:
    """At the next right sign-in, and it still opens."""
    before = company.person("borrower").password_phc
    stronger = replace(
        company.vault, passwords=PasswordHasher(profile=Argon2Profile.STANDARD, random=company.vault.random)
    )

    sign_in(stronger, login="borrower", password=PASSWORD, place=OFFICE_PLACE, user_agent="")

    after = company.person("borrower").password_phc
    assert after != before
    assert not stronger.passwords.needs_rehash(after)
    assert attempt(company, "borrower", PASSWORD) == ""


def test_wrong_password_stores_nothing_anew(company: Company) -> None:
    """Only who knows the password can have it stored again."""
    before = company.person("borrower")
    stronger = replace(
        company.vault, passwords=PasswordHasher(profile=Argon2Profile.STANDARD, random=company.vault.random)
    )

    with pytest.raises(NotSignedIn):
        sign_in(stronger, login="borrower", password="wrong", place=OFFICE_PLACE, user_agent="")

    assert company.person("borrower") == before
