"""What officers see of the policy: where each value comes from, and what a proposal would change."""

from __future__ import annotations

import pytest

from tests.company import Company, found_dossier, set_policy
from tests.vault.policymaking.test_changing_by_two import NOTE_TEXT, approve, propose
from vault.errors import AccessDenied, NotFound
from vault.model import Classification
from vault.policy.document import ClassPolicy, Policy
from vault.policy.effects import classes_touched
from vault.policymaking.showing import count_to_decide, preview_policy, show_desk, show_proposal, show_version


def test_each_value_says_which_version_it_comes_from(company: Company) -> None:
    """Also where a later version took it back, and in a version that is over."""
    for policy in (Policy(views=5), Policy(views=5, lease_minutes=20), Policy(views=5)):
        approve(company, propose(company, policy))
    admin = company.at_keyboard("admin")

    card = show_desk(company.vault, admin).card
    assert (card.row.version, card.is_in_force, card.row.approved_by) == (3, True, "Officer")
    assert dict(card.origins) == {"views": 1, "lease_minutes": 3}
    second = show_version(company.vault, admin, version=2)
    assert (second.is_in_force, dict(second.origins)) == (False, {"views": 1, "lease_minutes": 2})
    assert show_version(company.vault, admin, version=0).policy == Policy()
    with pytest.raises(NotFound):
        show_version(company.vault, admin, version=4)


def test_proposal_says_what_it_would_change_and_for_how_many(company: Company) -> None:
    """Counted for the classes that it touches alone; who would be without a view at once is counted too."""
    found_dossier(company, classification=Classification.SECRET)
    for _view in range(2):
        company.open_and_read(company.signed_in("borrower"))
    touching = Policy(classes={"confidential": ClassPolicy(views=2)})
    proposal_id = propose(company, touching)

    card = show_proposal(company.vault, company.at_keyboard("officer"), proposal_id=proposal_id)

    effects = card.effects
    assert effects.classes == (Classification.CONFIDENTIAL,)
    assert (effects.dossiers, effects.borrowers, effects.newly_spent) == (1, 2, 1)
    assert [change.field.path for change in effects.changes] == ["classes.confidential.views"]
    assert [remark.code for remark in effects.remarks] == ["policy.looser_views"]  # secret would have three still
    assert (card.note, card.row.why_not, card.may_withdraw) == (NOTE_TEXT, "", False)
    own = show_proposal(company.vault, company.at_keyboard("admin"), proposal_id=proposal_id)
    assert (own.row.why_not, own.may_withdraw) == ("denied.own_proposal", True)


def test_waiting_proposals_are_counted_for_who_may_decide_them(company: Company) -> None:
    """In the top bar; an outdated one says so."""
    propose(company)
    counts = {login: count_to_decide(company.vault, company.at_keyboard(login)) for login in ("admin", "officer")}
    assert counts == {"admin": 0, "officer": 1}

    set_policy(company, Policy(lease_minutes=7))
    (row,) = show_desk(company.vault, company.at_keyboard("officer")).waiting
    assert row.is_outdated


def test_only_officers_see_it_and_only_administrators_try_one_out(company: Company) -> None:
    """A borrower sees their own limits on the cover card."""
    with pytest.raises(AccessDenied):
        show_desk(company.vault, company.at_keyboard("borrower"))
    with pytest.raises(AccessDenied):
        preview_policy(company.vault, company.at_keyboard("officer"), policy=Policy(views=2))
    assert preview_policy(company.vault, company.at_keyboard("admin"), policy=Policy(views=2)).borrowers == 2


def test_classes_touched_are_those_in_which_something_is_otherwise() -> None:
    """What a class has for itself hides a change of what holds for all."""
    old = Policy(classes={"secret": ClassPolicy(views=1), "internal": ClassPolicy(views=3)})
    new = Policy(views=4, classes={"secret": ClassPolicy(views=1)})

    assert classes_touched(old, new) == (
        Classification.INTERNAL,
        Classification.CONFIDENTIAL,
        Classification.TOP_SECRET,
    )
    assert classes_touched(old, old) == ()
