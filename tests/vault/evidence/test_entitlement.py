"""Who was entitled, and what was done to copies and keys: teams, hand-overs, failed copies, orders, the policy."""

from __future__ import annotations

from tests.company import Company, set_policy
from tests.vault.evidence.story import live_through
from tests.vault.evidence.test_gathering import gathered_about, told
from tests.vault.leaving.acts import announce, handover
from tests.vault.leaving.test_handing_over import confirm
from vault.filing.lending import lend
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import PersonId
from vault.people.teams import add_member, create_team, remove_member, rename_team
from vault.policy.document import Policy
from vault.policy.leaving import Side
from vault.recording import record


def lent(company: Company, *logins: str, name: str = "Sales North") -> str:
    """A team of these people that the company's dossier is lent to."""
    admin = company.at_keyboard("admin")
    team = create_team(company.vault, admin, name=name)
    for login in logins:
        add_member(company.vault, admin, team_id=team, person_id=company.ids[login])
    lend(company.vault, company.at_keyboard("custodian"), dossier_id=company.dossier_id, team_id=team)
    return team


def test_loan_to_their_team_says_why_somebody_was_entitled(company: Company) -> None:
    """The entry of a loan names no person; whose team it was, its own entries say. Not the loan to another team."""
    team, strange = lent(company, "stranger"), lent(company, "other", name="Sales South")
    company.open_and_read(company.signed_in("stranger"))
    remove_member(company.vault, company.at_keyboard("admin"), team_id=team, person_id=company.ids["stranger"])
    company.sequence()

    gathered = gathered_about(company, person="stranger")
    duties = told(company, gathered, person="stranger")["duties"]
    told_of = [(item["event"], item["details"]["team"]) for item in duties]
    assert told_of == [(name, team) for name in ("team.changed", "team.joined", "dossier.lent", "team.left")]
    assert strange not in {item["details"]["team"] for item in duties}
    assert {item["index"] for item in duties} <= set(gathered.indexes)


def test_team_is_called_by_its_name_beside_its_id(company: Company) -> None:
    """As it is called now; an entry names it by its id alone."""
    team = lent(company, "stranger", name="Sales North")
    rename_team(company.vault, company.at_keyboard("admin"), team_id=team, name="Sales 北方", revision=1)
    company.sequence()

    duties = told(company, gathered_about(company, person="stranger"), person="stranger")["duties"]
    assert [item["team"] for item in duties] == [{"id": team, "name": "Sales 北方"}] * 4
    assert all(item["details"]["team"] == team for item in duties)


def test_loan_is_told_also_where_nothing_was_opened(company: Company) -> None:
    """As a duty is: with the class of the dossier that was lent."""
    team = lent(company, "stranger")
    company.sequence()

    sections = told(company, gathered_about(company, person="stranger"), person="stranger")
    assert sections["views"] == []
    assert [item["details"] for item in sections["duties"] if item["event"] == "dossier.lent"] == [{"team": team}]
    assert [item["dossier"]["id"] for item in sections["secrecy"]] == [company.dossier_id]


def test_pack_of_a_document_tells_who_was_in_the_teams_it_was_lent_to(company: Company) -> None:
    """Everybody, with when they left; nobody of a team that it was not lent to."""
    admin = company.at_keyboard("admin")
    idle = create_team(company.vault, admin, name="Idle")
    add_member(company.vault, admin, team_id=idle, person_id=company.ids["borrower"])
    team = lent(company, "stranger", "other")
    remove_member(company.vault, admin, team_id=team, person_id=company.ids["other"])
    company.sequence()

    duties = told(company, gathered_about(company, document=company.document_id))["duties"]
    membership = [
        (item["event"], item["subject"]["id"]) for item in duties if item["event"] in {"team.joined", "team.left"}
    ]
    assert membership == [
        ("team.joined", company.ids["stranger"]),
        ("team.joined", company.ids["other"]),
        ("team.left", company.ids["other"]),
    ]
    assert {item["details"]["team"] for item in duties if "team" in item["details"]} == {team}


def test_handover_stands_among_the_duties_with_all_its_steps(company: Company) -> None:
    """Of who leaves and of who takes over, whomever each step names; and of the document."""
    handed = handover(company, announce(company))
    confirm(company, "custodian", handed.id, Side.CUSTODIAN)
    confirm(company, "stranger", handed.id, Side.SUCCESSOR)
    company.sequence()

    steps = ["handover.confirmed", "handover.confirmed", "handover.finished"]
    for subject in ({"document": company.document_id}, {"person": "borrower"}, {"person": "stranger"}):
        duties = told(company, gathered_about(company, **subject), person=subject.get("person", ""))["duties"]
        assert [item["event"] for item in duties if item["event"].startswith("handover.")] == steps


def test_copy_that_could_not_be_made_stands_behind_its_release(company: Company) -> None:
    """In the order of the trail, with why."""
    facts = {"actor": PersonId(company.ids["borrower"]), "document": company.document_id, "dossier": company.dossier_id}
    record(company.vault, Entry(Event.COPY_RELEASED, Outcome.SUCCESS, **facts))  # type: ignore[arg-type]
    failed = Entry(Event.COPY_FAILED, Outcome.FAILED, code="storage.unavailable", **facts)  # type: ignore[arg-type]
    record(company.vault, failed)
    company.sequence()

    requests = told(company, gathered_about(company, document=company.document_id))["requests"]
    assert [(item["event"], item.get("code", "")) for item in requests] == [
        ("copy.released", ""),
        ("copy.failed", "storage.unavailable"),
    ]


def test_work_on_keys_is_told_from_its_order_but_not_of_another_dossier(company: Company) -> None:
    """Ordered, approved, finished; the recovery key made and used. Resealing another dossier is none of it."""
    own, other, ring = (f"o{letter * 26}" for letter in "abc")
    for event, operation, dossier in (
        (Event.OPERATION_REQUESTED, own, company.dossier_id),
        (Event.OPERATION_REQUESTED, other, "d" + "z" * 26),
        (Event.OPERATION_REQUESTED, ring, ""),
        (Event.OPERATION_APPROVED, ring, ""),
        (Event.OPERATION_FINISHED, own, ""),
        (Event.OPERATION_FINISHED, other, ""),
        (Event.OPERATION_CANCELLED, ring, ""),
    ):
        record(company.vault, Entry(event, Outcome.SUCCESS, dossier=dossier, details={"operation": operation}))
    record(company.vault, Entry(Event.RECOVERY_PREPARED, Outcome.SUCCESS, details={"shares": 5}))
    record(company.vault, Entry(Event.RECOVERY_USED, Outcome.SUCCESS, details={"count": 2}))
    company.sequence()

    keeping = told(company, gathered_about(company, document=company.document_id))["keeping"]
    work = [(item["event"], item["details"]["operation"]) for item in keeping if item["event"].startswith("operation.")]
    assert work == [
        ("operation.requested", own),
        ("operation.requested", ring),
        ("operation.approved", ring),
        ("operation.finished", own),
        ("operation.cancelled", ring),
    ]
    assert [item["event"] for item in keeping][-2:] == ["recovery.prepared", "recovery.used"]


def test_view_names_the_policy_that_it_was_opened_under(company: Company) -> None:
    """By its version; 0 is what holds before the first was decided."""
    live_through(company)
    set_policy(company, Policy())
    company.open_and_read(company.signed_in("borrower"))
    company.sequence()

    views = told(company, gathered_about(company, person="borrower"), person="borrower")["views"]
    assert [view["policy"] for view in views] == ["0", "1"]
