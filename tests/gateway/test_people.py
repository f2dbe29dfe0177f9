"""The administrator's screens: passwords shown once, choices that exclude each other, and nothing of dossiers."""

from __future__ import annotations

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from tests.company import PASSWORD
from tests.gateway.visitor import Visitor, Web
from tests.vault.leaving.acts import announce
from vault.ledger.events import Event
from vault.model import PersonState
from vault.people import directory

NEW = {
    "login": "newcomer",
    "name": "Nadia Brandt",
    "staff_number": "N-0900",
    "office": "staff",
    "qualifications": ["borrower", "author"],
    "clearance": "internal",
    "locale": "en",
    "timezone": "Europe/Berlin",
}
HOSTILE = '"><script>alert(1)</script>{{7*7}}=cmd|x'
INITIAL = re.compile(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){3}\b")


@pytest.fixture
def admin(web: Web) -> Visitor:
    return web.visitor("admin")


def words(answer: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def form_of(page: TestResponse) -> dict[str, object]:
    """What a browser would send back from the page of an account, unchanged."""
    text = page.text
    fields: dict[str, object] = {
        name: unescape(value) for name, value in re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', text)
    }
    fields["office"] = re.findall(r'type="radio" name="office" value="(\w+)" checked', text)[0]
    fields["qualifications"] = re.findall(r'name="qualifications" value="(\w+)" checked', text)
    for name in ("clearance", "locale"):
        [select] = re.findall(rf'<select[^>]*name="{name}".*?</select>', text, re.DOTALL)
        fields[name] = re.findall(r'<option selected value="(\w+)"', select)[0]
    for name in ("name", "staff_number", "timezone"):
        [tag] = re.findall(rf'<input[^>]*name="{name}"[^>]*>', text)
        fields[name] = unescape(re.findall(r'value="([^"]*)"', tag)[0])
    del fields["csrf"]
    return fields


def path_of(web: Web, login: str) -> str:
    return f"/people/{web.company.ids[login]}"


# creating


def test_initial_password_is_shown_once_and_works(admin: Visitor, web: Web) -> None:
    """In the answer to the POST; a look at the account later shows nothing of it."""
    answer = admin.post("/people", NEW)

    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store, private"
    [password] = set(INITIAL.findall(answer.text))
    person = web.company.person("newcomer")
    assert not INITIAL.search(admin.get(f"/people/{person.id}").text)
    newcomer = web.visitor()
    assert newcomer.sign_in("newcomer", password).status_code == 303
    assert newcomer.get("/dossiers").location == "/account/password"


def test_initial_password_is_in_no_address_and_no_log(
    admin: Visitor, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither of a new account nor of a reset."""
    created = admin.post("/people", NEW)
    reset = admin.post(path_of(web, "other") + "/password")

    logged = capsys.readouterr()
    for answer in (created, reset):
        [password] = set(INITIAL.findall(answer.text))
        assert password not in logged.out + logged.err
        assert "Location" not in answer.headers
        assert not any(password in value for value in answer.headers.values())


def test_names_and_logins_are_not_in_the_log(admin: Visitor, capsys: pytest.CaptureFixture[str]) -> None:
    """What an administrator types stays in the register."""
    admin.post("/people", NEW)
    admin.post("/people/search", {"words": "Nadia"})

    logged = capsys.readouterr()
    assert not any(typed in logged.out + logged.err for typed in ("Nadia", "newcomer", "N-0900"))


def test_sending_the_form_again_makes_no_second_account(admin: Visitor, web: Web) -> None:
    """Reloading the page with the password says that the login is taken, and shows no password."""
    admin.post("/people", NEW)
    again = admin.post("/people", NEW)

    assert again.status_code == 409
    assert "Another person has this login" in words(again)
    assert not INITIAL.search(again.text)


@pytest.mark.parametrize("office", ["administrator", "security_officer", "auditor"])
def test_offices_that_exclude_each_other_are_explained(admin: Visitor, office: str) -> None:
    """三员分立: said before choosing, and at the field when it is tried all the same."""
    assert "nobody is two of them, and none of them holds a duty" in words(admin.get("/people/new"))

    answer = admin.post("/people", {**NEW, "office": office})

    assert answer.status_code == 403
    assert "exclude each other and hold no duty on dossiers" in words(answer)
    assert f'value="{office}" checked' in answer.text
    assert answer.text.count("checked") == 3


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"login": "x"}, "A login has 2 to 64"),
        ({"name": ""}, "Enter a name"),
        ({"staff_number": "=1+1"}, "A staff number has"),
        ({"office": "king"}, "Choose one of the offices"),
        ({"office": ""}, "Choose one of the offices"),
        ({"qualifications": ["burglar"]}, "Choose duties of the list"),
        ({"clearance": "cosmic"}, "Choose a clearance"),
        ({"locale": "xx"}, "Choose one of the languages"),
        ({"timezone": "/etc/passwd"}, "Choose a time zone"),
    ],
)
def test_refused_account_keeps_what_was_typed(admin: Visitor, changed: dict[str, object], sentence: str) -> None:
    """The sentence at the field, status 400, no account."""
    answer = admin.post("/people", {**NEW, **changed})

    assert answer.status_code == 400
    assert sentence in words(answer)
    assert "Nadia Brandt" in answer.text or "name" in changed


def test_fields_of_no_form_change_nothing(admin: Visitor, web: Web) -> None:
    """Neither id, state, password nor revision of one's own choosing."""
    admin.post(
        "/people",
        {
            **NEW,
            "id": "p" + "a" * 26,
            "state": "suspended",
            "password_phc": "$x",
            "password_is_initial": "",
            "revision": "9",
        },
    )

    person = web.company.person("newcomer")
    assert person.id != "p" + "a" * 26
    assert (person.state, person.password_is_initial, person.revision) == (PersonState.ACTIVE, True, 1)


# changing


def test_account_is_changed_from_its_page(admin: Visitor, web: Web) -> None:
    """What is not touched stays; the notice says it was done."""
    fields = form_of(admin.get(path_of(web, "stranger") + "/edit"))
    before = web.company.person("stranger")

    answer = admin.post(
        path_of(web, "stranger") + "/edit", {**fields, "name": "Étienne de Ville", "clearance": "top_secret"}
    )

    assert answer.status_code == 303
    assert "The account is changed." in words(admin.get(answer.location))
    after = web.company.person("stranger")
    assert (after.name, after.clearance.value) == ("Étienne de Ville", "top_secret")
    assert (after.login, after.qualifications, after.office) == (before.login, before.qualifications, before.office)


def test_login_is_not_changed_by_a_field_that_the_form_has_not(admin: Visitor, web: Web) -> None:
    """It belongs to the person for good."""
    fields = form_of(admin.get(path_of(web, "stranger") + "/edit"))

    admin.post(path_of(web, "stranger") + "/edit", {**fields, "login": "admin2", "state": "suspended"})

    assert web.company.person("stranger").state is PersonState.ACTIVE


def test_change_on_an_old_page_is_refused_and_keeps_what_was_typed(admin: Visitor, web: Web) -> None:
    """Two administrators: the second is told, with a way to load the account again."""
    path = path_of(web, "stranger")
    fields = form_of(admin.get(path + "/edit"))
    admin.post(path + "/edit", {**fields, "name": "First Change"})

    answer = admin.post(path + "/edit", {**fields, "name": "Second Change"})

    assert answer.status_code == 409
    assert "Somebody else changed this meanwhile" in words(answer)
    assert "Second Change" in answer.text
    assert f'href="{path}/edit"' in answer.text
    assert web.company.person("stranger").name == "First Change"


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30, "１"])
def test_form_without_a_real_revision_changes_nothing(admin: Visitor, web: Web, revision: str) -> None:
    """Left out or made up."""
    path = path_of(web, "stranger")
    fields = form_of(admin.get(path + "/edit"))

    assert admin.post(path + "/edit", {**fields, "name": "Blind Change", "revision": revision}).status_code == 409
    assert web.company.person("stranger").name != "Blind Change"


def test_office_of_somebody_with_duties_is_refused_without_naming_a_dossier(admin: Visitor, web: Web) -> None:
    """The administrator learns that there are duties, and whom to ask; not where."""
    path = path_of(web, "borrower")
    fields = form_of(admin.get(path + "/edit"))

    answer = admin.post(path + "/edit", {**fields, "office": "auditor", "qualifications": []})

    assert answer.status_code == 403
    assert "Their custodians end those duties first" in words(answer)
    assert not re.search(r"D2026-\d+", answer.text)


# suspending, passwords, sessions


def test_suspension_asks_why_and_takes_hold_at_once(admin: Visitor, web: Web) -> None:
    """The person's next request is at the door; the page offers to restore."""
    reader = web.visitor("other")
    path = path_of(web, "other")
    refused = admin.post(path + "/suspension", {"note": "."})
    assert refused.status_code == 400
    assert reader.get("/dossiers").status_code == 200

    answer = admin.post(path + "/suspension", {"note": "Left the company today"})

    assert "The account is suspended" in words(admin.get(answer.location))
    assert reader.get("/dossiers").status_code == 303
    assert web.visitor().sign_in("other").status_code == 401
    restored = admin.post(path + "/restoration")
    assert "active again" in words(admin.get(restored.location))
    assert web.visitor().sign_in("other").status_code == 303


def test_reset_password_signs_the_person_out(admin: Visitor, web: Web) -> None:
    """And the old password opens nothing."""
    reader = web.visitor("other")

    [password] = set(INITIAL.findall(admin.post(path_of(web, "other") + "/password").text))

    assert reader.get("/dossiers").status_code == 303
    assert web.visitor().sign_in("other", PASSWORD).status_code == 401
    assert web.visitor().sign_in("other", password).status_code == 303


def test_sessions_are_seen_and_ended(admin: Visitor, web: Web) -> None:
    """One, then all."""
    first, second = web.visitor("other"), web.visitor("other", address="10.1.9.9")
    path = path_of(web, "other")
    page = admin.get(path)
    assert {"10.1.2.3", "10.1.9.9"} <= set(re.findall(r"10\.1\.\d\.\d", words(page)))
    [end] = [
        action
        for action, address in re.findall(r'action="([^"]+/end)">.*?End the session from ([\d.]+)', page.text)
        if address == "10.1.9.9"
    ]

    admin.post(end)
    assert (first.get("/dossiers").status_code, second.get("/dossiers").status_code) == (200, 303)
    answer = admin.post(path + "/sessions/end")
    assert "All sessions of this person have ended" in words(admin.get(answer.location))
    assert first.get("/dossiers").status_code == 303


def test_own_account_and_last_administrator_are_guarded_with_sentences(admin: Visitor, web: Web) -> None:
    """The page offers none of it; who sends it all the same is told why not."""
    path = path_of(web, "admin")
    page = admin.get(path)
    assert "This is your own account" in words(page)
    assert "/suspension" not in page.text
    assert "/password" not in page.text.replace("/account/password", "")

    for act, fields in (("suspension", {"note": "Trying my own account"}), ("password", {})):
        answer = admin.post(f"{path}/{act}", fields)
        assert answer.status_code == 403
        assert "Nobody does this to their own account" in words(answer)
    by_officer = web.visitor("officer").post(f"{path}/suspension", {"note": "Trying the last administrator"})
    assert by_officer.status_code == 403
    assert "Appoint another first" in words(by_officer)
    fields = form_of(admin.get(path + "/edit"))
    assert admin.post(path + "/edit", {**fields, "office": "staff"}).status_code == 403


def test_security_officer_looks_and_suspends_but_keeps_no_accounts(web: Web) -> None:
    """No way to create, change, restore or reset on their pages."""
    officer = web.visitor("officer")
    page = officer.get(path_of(web, "other"))

    assert "/suspension" in page.text
    assert not re.search(
        r"/people/new|/edit|/restoration|/people/\w+/password", page.text + officer.get("/people").text
    )


# finding


def test_people_are_found_by_words_and_state(admin: Visitor, web: Web) -> None:
    """By POST, so that no name stands in an address; the state may be linked."""
    found = words(admin.post("/people/search", {"words": "晓明"}))
    assert "王晓明" in found
    assert "Beatrice" not in found
    admin.post(path_of(web, "other") + "/suspension", {"note": "Left the company today"})
    suspended = words(admin.get("/people?state=suspended"))
    assert "1 person" in suspended
    assert "Other" in suspended
    assert "Nobody matches" in words(admin.post("/people/search", {"words": "nobody-of-this-name"}))


def test_register_and_search_are_turned_page_by_page(admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The register by links that keep the state; what was searched by POST, so that it stands in no address."""
    monkeypatch.setattr(directory, "PAGE_ROWS", 6)
    page = admin.get("/people?state=active").text
    (path,) = map(unescape, re.findall(r'rel="next" href="([^"]+)"', page))
    further = admin.get(path)
    assert "10 people" in words(further)
    assert further.text.count('scope="row"') == 4
    assert 'rel="first" href="/people?state=active"' in further.text
    assert 'rel="next"' not in further.text
    page = admin.post("/people/search", {"words": "n-"}).text
    fields = dict(re.findall(r'name="(words|state|after)" value="([^"]*)">\n', page.partition('class="turning"')[2]))
    assert (fields["words"], fields["state"]) == ("n-", "")
    assert admin.post("/people/search", fields).text.count('scope="row"') == 4


def test_whoever_is_about_to_leave_is_seen_at_a_glance(admin: Visitor, web: Web) -> None:
    """In the register and on their page, with the last day; nobody else is said to leave."""
    announce(web.company)
    for page in ("/people", path_of(web, "borrower")):
        assert words(admin.get(page)).count("leaves; last day") == 1


def test_odd_state_asks_for_everybody(admin: Visitor) -> None:
    """A made-up word filters nothing."""
    assert "10 people" in words(admin.get("/people?state=%00"))


# hostile words, and what is not there


def test_hostile_names_and_browsers_are_shown_as_words(admin: Visitor, web: Web) -> None:
    """In the list, the account, the form, the page with the password, and the sessions."""
    created = admin.post("/people", {**NEW, "name": HOSTILE})
    person = web.company.person("newcomer")
    [password] = set(INITIAL.findall(created.text))
    web.visitor().open(
        "POST",
        "/sign-in",
        data={"login": "newcomer", "password": password},
        headers={"User-Agent": f"{HOSTILE}\x1b[31m"},
    )
    pages = [
        created,
        admin.get("/people"),
        admin.get(f"/people/{person.id}"),
        admin.get(f"/people/{person.id}/edit"),
        admin.post("/people/search", {"words": HOSTILE}),
        admin.post("/people", {**NEW, "name": HOSTILE, "timezone": HOSTILE}),
    ]

    for page in pages:
        assert "<script>alert" not in page.text
        assert "\x1b" not in page.text
        assert HOSTILE in unescape(page.text)


def test_language_and_zone_of_nowhere_do_not_break_a_page(admin: Visitor) -> None:
    """Hostile values in every field at once: a form with sentences, never a fault."""
    answer = admin.post("/people", dict.fromkeys(NEW, HOSTILE) | {"revision": HOSTILE})

    assert answer.status_code == 400
    assert "<script>alert" not in answer.text


def test_administrator_sees_nothing_of_dossiers_or_trail(admin: Visitor, web: Web) -> None:
    """No reference, no id of a dossier or document, no duty that is held, no link to the trail."""
    company = web.company
    pages = "".join(
        admin.get(path).text
        for path in ("/people", path_of(web, "borrower"), path_of(web, "custodian"), path_of(web, "borrower") + "/edit")
    )

    for told in (company.dossier_id, company.document_id, "CANARY", "/trail", "/dossiers"):
        assert told not in pages
    assert not re.search(r"D2026-\d+", pages)


def test_unknown_person_is_not_found_by_any_way(admin: Visitor) -> None:
    """Whatever is asked of them."""
    path = "/people/p" + "a" * 26
    for answer in (
        admin.get(path),
        admin.get(path + "/edit"),
        admin.post(path + "/edit", NEW),
        admin.post(path + "/suspension", {"note": "Somebody who is not there"}),
        admin.post(path + "/restoration"),
        admin.post(path + "/password"),
        admin.post(path + "/sessions/end"),
    ):
        assert answer.status_code == 404


def test_every_act_is_an_entry_of_the_trail(admin: Visitor, web: Web) -> None:
    """With the administrator as who did it and the person as whom it was about."""
    path = path_of(web, "stranger")
    admin.post(path + "/edit", {**form_of(admin.get(path + "/edit")), "name": "Another"})
    admin.post(path + "/password")
    admin.post(path + "/suspension", {"note": "Left the company today"})
    admin.post(path + "/restoration")
    web.company.sequence()
    auditor = web.visitor("auditor")

    for event in (
        Event.PERSON_CHANGED,
        Event.PERSON_PASSWORD_CHANGED,
        Event.PERSON_SUSPENDED,
        Event.PERSON_RESTORED,
    ):
        read = words(auditor.get(f"/trail?event={event.value}&person={web.company.ids['stranger']}"))
        assert "Ruth Feldman N-0001" in read
