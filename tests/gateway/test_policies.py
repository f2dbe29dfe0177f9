"""The policy on screen: read as sentences, changed by two people, and asked about before and after."""

from __future__ import annotations

import re

from tests.company import PASSWORD, set_policy
from tests.gateway.test_trail import words
from tests.gateway.visitor import Visitor, Web
from tests.vault.leaving.acts import announce
from vault.policy.document import ClassPolicy, Policy, WatchPolicy, encode_policy

NOTE = "Two views are enough after the audit"
STRICTER = Policy(views=2, classes={"confidential": ClassPolicy(views=1, name_en="Guarded", name_zh="内控")})


def sent(policy: Policy, *, base: int = 0, **more: str) -> dict[str, str]:
    return {"base": str(base), "content": encode_policy(policy).decode(), "note": NOTE, "password": PASSWORD, **more}


def proposed(visitor: Visitor, policy: Policy = STRICTER, *, base: int = 0) -> str:
    """The address of the proposal."""
    answer = visitor.post("/policy/proposals", sent(policy, base=base))
    assert answer.status_code == 303, answer.text
    return answer.location.partition("?")[0]


def form_of(page: str) -> dict[str, str]:
    """Every value that the form was filled with."""
    texts = dict(re.findall(r'name="(value\.[^"]+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select[^>]* name="(value\.[^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        texts[name] = chosen.group(1) if chosen else ""
    for name, text in re.findall(r'<textarea[^>]* name="(value\.[^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL):
        texts[name] = text.replace("&#34;", '"')
    return texts | dict(re.findall(r'name="(base)" value="(\d+)"', page))


def test_form_filled_from_the_policy_leads_to_what_would_change(web: Web) -> None:
    """Only what was typed differs; untouched it changes nothing; nothing is asked for by looking."""
    admin = web.visitor("admin")
    form = form_of(admin.get("/policy/proposals/new").text)

    untouched = admin.post("/policy/proposals/check", form)
    changed = admin.post("/policy/proposals/check", form | {"value.views": "2"})

    assert (untouched.status_code, changed.status_code) == (400, 200)
    assert "Nothing differs from the policy in force" in untouched.text
    assert "A borrower may view a document 3 times" in changed.text
    assert "A borrower may view a document 2 times" in changed.text
    assert re.search(r"Borrowers of such a dossier</dt><dd>2", changed.text)
    assert "Nobody has changed it yet" in web.visitor("auditor").get("/policy").text


def test_every_value_that_cannot_be_is_said_beside_it_and_kept(web: Web) -> None:
    """Nothing that was typed is lost."""
    admin = web.visitor("admin")
    form = form_of(admin.get("/policy/proposals/new").text)
    wrong = {"value.views": "many", "value.classes.secret.views": "0", "value.lease_minutes": "7"}

    answer = admin.post("/policy/proposals/check", form | wrong)

    assert answer.status_code == 400
    assert answer.text.count("Enter a whole number from 1 to 1000.") == 2
    assert form_of(answer.text) == form | wrong


def test_policy_is_changed_by_two_people(web: Web) -> None:
    """Seen by a third; the class has its new name at once, in both languages, on every page."""
    admin, officer = web.visitor("admin"), web.visitor("officer")
    address = proposed(admin)
    assert "Nobody decides what they proposed" in admin.get(address).text
    seen = officer.get(address).text
    assert NOTE in seen
    assert "<form" not in web.visitor("auditor").get(address).text.partition("<main")[2].partition("</main>")[0]

    wrong = officer.post(address + "/approve", {"password": "not the password"})
    assert (wrong.status_code, "in force since" in officer.get("/policy").text) == (400, False)
    assert officer.post(address + "/approve", {"password": PASSWORD}).status_code == 303

    page = officer.get("/policy").text
    assert "Version 1 is in force since" in page
    assert "A document of this class may be viewed once." in page
    assert "approved by Officer" in page
    assert "Guarded" in web.visitor("borrower").get("/dossiers").text
    assert "Guarded" in officer.get("/policy/versions/1").text
    assert "Confidential" in officer.get("/policy/versions/0").text
    officer.post("/language", {"language": "zh_Hans_CN"})
    assert "内控" in officer.get("/policy").text


def test_refusal_with_its_reason_and_withdrawal(web: Web) -> None:
    """Without a reason it is not refused; what is over offers nothing more."""
    admin, officer = web.visitor("admin"), web.visitor("officer")
    address = proposed(admin)
    assert officer.post(address + "/refuse", {"note": ".", "password": PASSWORD}).status_code == 400
    refusal = {"note": "Borrowers of line four need three", "password": PASSWORD}
    assert officer.post(address + "/refuse", refusal).status_code == 303
    page = admin.get(address).text
    assert refusal["note"] in page
    assert "/withdraw" not in page

    second = proposed(admin)
    assert admin.post(second + "/withdraw").status_code == 303
    assert officer.post(second + "/approve", {"password": PASSWORD}).status_code == 409


def test_outdated_proposal_is_made_again_on_what_is_in_force(web: Web) -> None:
    """What the other one changed stays, and so does what this one wanted."""
    admin, officer = web.visitor("admin"), web.visitor("officer")
    first, second = proposed(admin), proposed(admin, Policy(lease_minutes=9))
    officer.post(first + "/approve", {"password": PASSWORD})
    assert officer.post(second + "/approve", {"password": PASSWORD}).status_code == 409

    again = admin.get("/policy/proposals/new?again=" + second.rpartition("/")[2]).text
    form = form_of(again)

    assert (form["base"], form["value.views"], form["value.lease_minutes"]) == ("1", "2", "9")


def test_entry_of_the_trail_leads_to_the_policy_it_was_recorded_under(web: Web) -> None:
    """An auditor sees which rules held then, whatever holds by now."""
    address = proposed(web.visitor("admin"))
    web.visitor("officer").post(address + "/approve", {"password": PASSWORD})
    web.company.sequence()
    auditor = web.visitor("auditor")
    index = re.findall(r'href="/trail/entries/(\d+)"', auditor.get("/trail?q=event:policy.changed").text)[0]

    page = auditor.get(f"/trail/entries/{index}").text

    assert 'href="/policy/versions/1"' in page
    assert "change.classes.confidential.views" in page


def test_preview_tells_further_limits_and_where_each_comes_from(web: Web) -> None:
    """Of somebody who leaves as well: their views are those of the watch, and of no class."""
    strict = ClassPolicy(lease_minutes=5, pages_per_view=10)
    set_policy(web.company, Policy(views_a_day=20, watch=WatchPolicy(views=1), classes={"confidential": strict}))
    announce(web.company)
    question = {"person": "borrower", "what": web.company.document_id}

    page = words(web.visitor("officer").post("/policy/preview", question))

    assert "0 of 1 views used (limit for whoever is about to leave)" in page
    assert "5 (limit of the class)" in page
    assert "0 of 20 views used today, all documents together; 10 different pages in one view at most" in page


def test_preview_answers_rule_by_rule_in_force_and_proposed(web: Web) -> None:
    """Side by side; the name typed stands in no address."""
    web.company.open_and_read(web.company.signed_in("borrower"))
    address = proposed(web.visitor("admin"))
    question = {"person": "borrower", "what": "D2026-00001", "proposal": address.rpartition("/")[2]}

    page = web.visitor("officer").post("/policy/preview", question).text

    assert "1 of 3 views used (limit for all classes)" in page
    assert "1 of 1 views used (limit of the class)" in page
    assert page.count("borrower of the dossier now") == 1
    assert page.count('<tr class="differs">') == 2
    alone = web.visitor("officer").post("/policy/preview", question | {"proposal": ""}).text
    assert "1 of 1" not in alone
    nobody = web.visitor("auditor").post("/policy/preview", question | {"person": "nobody at all"})
    assert nobody.status_code == 400
    assert "nobody at all" in nobody.text
