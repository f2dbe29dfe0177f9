"""Health: each part answers for itself, names nothing that is nobody's business, and changes nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attacks.observing import alter, column, files_under
from tests.company import Company
from tests.vault.alerts.days import score_all
from vault.clock import FixedClock
from vault.health import HealthReport, check_health
from vault.ledger import backlog
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.recording import record


def parts(report: HealthReport) -> dict[str, tuple[bool, str]]:
    return {part.name: (part.ok, part.detail) for part in report.parts}


def test_healthy_vault_says_so_part_by_part(company: Company) -> None:
    """Database and its kind, store, keys, trail, anchors, alerts."""
    score_all(company)
    report = check_health(company.vault)

    assert report.ok
    assert parts(report) == {
        "database": (True, "is_kind"),
        "store": (True, "answers"),
        "keys": (True, "unsealed"),
        "trail": (True, "waiting"),
        "checkpoints": (True, "unsigned"),
        "feeds": (True, "none_configured"),
        "mail": (True, "none_configured"),
        "anchors": (True, "none_configured"),
        "alerts": (True, "scored_late"),
        "places": (True, "no_location_database"),
    }
    values = {part.name: dict(part.values) for part in report.parts if part.values}
    assert values == {
        "database": {"kind": "sqlite"},
        "trail": {"count": 0},
        "checkpoints": {"count": 0},
        "alerts": {"seconds": 0},
    }


def test_asking_changes_nothing(company: Company) -> None:
    """A monitor that asks every second writes no row and no file."""
    before = dict(files_under(company.directory / "objects"))
    rows = column(company, "SELECT count(*) FROM trail_inbox")

    check_health(company.vault)

    assert dict(files_under(company.directory / "objects")) == before
    assert column(company, "SELECT count(*) FROM trail_inbox") == rows


def test_sealed_vault_is_not_ready(company: Company) -> None:
    """Sign-in and trail work, documents do not open: a balancer sends readers elsewhere."""
    company.vault.seal()
    report = check_health(company.vault)

    assert not report.ok
    assert parts(report)["keys"] == (False, "sealed")
    assert parts(report)["database"][0]


def test_store_that_is_away_is_named_and_the_rest_is_asked_all_the_same(company: Company) -> None:
    """One part that fails hides no other."""
    (company.directory / "objects").rename(company.directory / "away")
    report = check_health(company.vault)

    assert not report.ok
    assert parts(report)["store"] == (False, "store.unavailable")
    assert parts(report)["database"][0]
    assert parts(report)["trail"][0]


@pytest.mark.parametrize(
    ("damage", "failing"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", {"database": "database.schema"}),
        ("ALTER TABLE trail_inbox RENAME TO away", {"trail": "database.schema", "checkpoints": "database.schema"}),
    ],
    ids=["another version's schema", "a table is gone"],
)
def test_database_that_does_not_fit_is_named(company: Company, damage: str, failing: dict[str, str]) -> None:
    """An operator sees which part and what."""
    with company.vault.engine.begin() as tx:
        tx.exec_driver_sql(damage)
    report = check_health(company.vault)

    assert {name: detail for name, (ok, detail) in parts(report).items() if not ok} == failing


def test_trail_that_nobody_sequences_is_not_healthy(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many waiting entries mean that no worker runs."""
    monkeypatch.setattr(backlog, "MOST_WAITING", 2)
    for _ in range(2):
        record(company.vault, Entry(Event.VAULT_UNSEALED, Outcome.SUCCESS))
    assert parts(check_health(company.vault))["trail"] == (True, "waiting")

    record(company.vault, Entry(Event.VAULT_UNSEALED, Outcome.SUCCESS))
    assert parts(check_health(company.vault))["trail"] == (False, "trail.behind")
    company.sequence()
    assert check_health(company.vault).ok


def test_recovered_part_is_healthy_again_by_itself(company: Company) -> None:
    """Nothing has to be restarted."""
    (company.directory / "objects").rename(company.directory / "away")
    assert not check_health(company.vault).ok

    (company.directory / "away").rename(company.directory / "objects")
    assert check_health(company.vault).ok


def test_details_name_no_paths_addresses_or_secrets(company: Company) -> None:
    """What a monitor shows on a wall."""
    alter(company, "UPDATE alembic_version SET version_num = '9999'")
    (company.directory / "objects").rename(company.directory / "away")
    company.vault.seal()

    shown = repr(check_health(company.vault))
    assert str(company.directory) not in shown
    assert "sqlite://" not in shown


def test_scoring_that_stands_still_is_named(company: Company, clock: FixedClock) -> None:
    """Somebody is to look, and the vault goes on serving."""
    score_all(company)
    record(company.vault, Entry(Event.VIEW_DENIED, Outcome.DENIED))
    company.sequence()
    clock.advance(dt.timedelta(hours=2, seconds=1))
    report = check_health(company.vault)
    assert parts(report)["alerts"] == (False, "alerts.late")
    assert report.ok
