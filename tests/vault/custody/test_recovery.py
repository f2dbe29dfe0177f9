"""The recovery drill: root key lost, shares brought together, everything opens under a new root key."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.company import REASON, Company, build_company, open_company_vault, write_config
from tests.custody import approve_all, ordered, second_officer, work_off
from vault.access.opening import open_view
from vault.access.reading import read_page
from vault.custody.recovery import prepare_recovery, recover
from vault.custody.scope import Scope
from vault.errors import Conflict, InputError, TooMany, Unavailable
from vault.policy.custody import OperationKind


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    company = build_company(write_config(tmp_path / "vault"))
    yield company
    company.vault.engine.dispose()


def test_any_enough_shares_bring_every_key_back_on_a_new_machine(company: Company, tmp_path: Path) -> None:
    """The drill: the root key file is gone, three of five cards are found, and the document opens."""
    cards = prepare_recovery(company.vault, shares=5, threshold=3)
    second_officer(company, 2)
    approve_all(company, ordered(company, OperationKind.ROTATE_RING, Scope(ring="confidential")))
    work_off(company)
    company.vault.engine.dispose()
    (company.directory / "root.key").unlink()
    lost = open_company_vault(company.directory / "config.toml")
    with pytest.raises(Unavailable):
        lost.keyroom.unseal()

    new_root = f"file:{tmp_path / 'new-root.key'}"
    done = recover(lost, cards=[cards[4], cards[0], cards[2]], new_root=new_root, passphrase=None)
    assert done.lost == ()
    config = company.directory / "config.toml"
    config.write_text(config.read_text().replace(f"file:{company.directory}/root.key", new_root))
    found = open_company_vault(config)
    found.keyroom.unseal()
    company.vault = found
    actor = company.signed_in("borrower")
    opened = open_view(
        found, actor, document_id=company.document_id, reason=REASON, declared_place="", idempotency_key="drill"
    )
    assert read_page(found, actor, view_id=opened.view_id, page_number=1).jpeg


def test_every_choice_of_threshold_cards_gives_the_key(company: Company) -> None:
    """No card is more important than another."""
    cards = prepare_recovery(company.vault, shares=4, threshold=2)
    for number, chosen in enumerate(itertools.combinations(cards, 2)):
        root = f"file:{company.directory / f'new-{number}.key'}"
        assert recover(company.vault, cards=list(chosen), new_root=root, passphrase=None).restored == 6


@pytest.mark.parametrize("harm", ["too few", "misspelt", "of another vault", "nothing", "twice the same"])
def test_shares_that_do_not_fit_are_refused_alike(company: Company, harm: str) -> None:
    """Without saying which card is wrong, and no root key is made."""
    cards = prepare_recovery(company.vault, shares=3, threshold=2)
    others = prepare_recovery(company.vault, shares=3, threshold=2, replace_old=True)
    chosen = {
        "too few": others[:1],
        "misspelt": [others[0], others[1].rsplit(" ", 1)[0] + " academic"],
        "of another vault": cards[:2],
        "nothing": [],
        "twice the same": [others[0], others[0]],
    }[harm]
    new_root = company.directory / "new.key"
    with pytest.raises(InputError) as refused:
        recover(company.vault, cards=chosen, new_root=f"file:{new_root}", passphrase=None)
    assert refused.value.code == "recovery.shares"
    assert not new_root.exists()


def test_wrong_shares_are_counted_and_slowed(company: Company) -> None:
    """After a few tries nothing is looked at for a while, whatever the cards."""
    cards = prepare_recovery(company.vault, shares=3, threshold=2)
    root = f"file:{company.directory / 'new.key'}"
    for _attempt in range(company.vault.config.sign_in.attempts):
        with pytest.raises(InputError):
            recover(company.vault, cards=["academic acid"], new_root=root, passphrase=None)
    with pytest.raises(TooMany):
        recover(company.vault, cards=cards, new_root=root, passphrase=None)


def test_second_recovery_key_is_made_only_when_asked_for(company: Company) -> None:
    """Cards in safes stay good until somebody says that they shall not."""
    prepare_recovery(company.vault, shares=3, threshold=2)
    with pytest.raises(Conflict):
        prepare_recovery(company.vault, shares=3, threshold=2)


@pytest.mark.parametrize(("shares", "threshold"), [(1, 1), (3, 1), (2, 3), (17, 2)])
def test_numbers_of_shares_that_protect_nothing_are_refused(company: Company, shares: int, threshold: int) -> None:
    """One card alone must never be enough, and there are never more cards than can be told apart."""
    with pytest.raises(InputError):
        prepare_recovery(company.vault, shares=shares, threshold=threshold)
