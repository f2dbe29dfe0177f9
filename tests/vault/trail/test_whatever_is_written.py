"""Whatever somebody writes into a column of the trail's tables, a verification ends: it finds that, or need not.

By the schema itself, so that a column of tomorrow is here by itself. SQLite keeps any kind of value in any column,
PostgreSQL what is of the column's kind (``tests/vault/trail/damaging.py``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from tests.anchoring import anchored_company, directory_section, news, turn
from tests.company import Company, copy_company, reopen_company
from tests.conftest import BEGINNING
from tests.erasing import CUT, approved, erased, in_months, pruning_requested, work_off
from tests.servers import PostgresqlServer
from tests.vault.trail.damaging import (
    COLUMNS,
    NEGATIVE,
    Damaging,
    DamagingPostgresql,
    DamagingSqlite,
)
from tests.vault.trail.exports.making_exports import ordered
from vault.anchors.checking import AnchorsReport, check_anchors
from vault.clock import FixedClock
from vault.database.tables.metadata import metadata
from vault.policy.reasons import ReasonDraft
from vault.runtime import Vault
from vault.trail.erasing.holds import hold_person
from vault.trail.verifying import Beyond, Scope, VerificationOrder, verify_trail

ROWS = {
    "trail_search": "actor_id <> ''",
    "trail_disclosures": "period_id IN (SELECT id FROM trail_periods)",
    "trail_periods": "id IN (SELECT period_id FROM trail_disclosures)",
    "trail_anchorings": "size = (SELECT min(size) FROM trail_anchorings)",
}
"""Which row is damaged: of those the last. Elsewhere the last of all."""

NOT_OF_THE_TRAIL = {
    "trail_anchors": "when the worker asks an anchor next",
    "trail_erasures": "orders; what was done stands in leaves",
    "trail_exports": "orders and files; each file is checked by itself",
    "trail_holds": "what an erasure asks before it begins",
    "trail_outside": "what the worker last saw outside; asked anew before anything is signed",
    "trail_tallies": "counts for the screens, made anew from the search rows",
    "trail_verified": "believed only as far as its digest stands in a leaf; else everything is verified",
}
"""Tables that say nothing of what happened."""
HOLDS = {
    "trail_anchorings.origin": "the note says it, and is what is checked",
    "trail_anchorings.kind": "the leaf says it",
    "trail_anchorings.locator": "where the anchor's owner finds it",
    "trail_anchorings.placed_at": "the leaf and the token say it",
    "trail_checkpoints.signed_at": "not signed; the leaves of the checkpoint say when they were logged",
    "trail_epochs.created_at": "the leaf that names the key says it",
    "trail_handles.person_id": "whom a handle is of, the sealed values say",
    "trail_handles.handle": "which one the next entry has; leaves keep theirs",
    "trail_head.only": "there is one row, whatever its number",
    "trail_head.reading_public": "what is sealed to another key does not open, and is found then",
    "trail_head.detailed_from": "lets rows lack what opens beside them, never say something else",
    "trail_inbox.id": "the order of what waits; a hole in a lane is found",
    "trail_inbox.transaction_id": "the order of what waits, on PostgreSQL alone; a hole in a lane is found",
    "trail_inbox.entry_id": "is compared once the entry has its place",
    "trail_inbox.actor_id": "likewise",
    "trail_inbox.subject_id": "likewise",
    "trail_inbox.handle": "likewise",
    "trail_inbox.session_id": "likewise",
    "trail_inbox.reason_category": "likewise",
    "trail_inbox.place_zone": "likewise",
    "trail_inbox.place_source": "likewise",
    "trail_periods.person_id": "whose a month is, the sealed values say",
    "trail_periods.month": "likewise, with the leaf's time",
    "trail_periods.public": "what is sealed to another key does not open, and is found then",
    "trail_prunings.erasure_id": "the leaf says it",
    "trail_prunings.pruned_at": "the leaf says it",
}
"""Columns that no answer rests on, and why."""


@pytest.fixture(scope="module")
def whole_sqlite(built_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Damaging]:
    directory, clock = tmp_path_factory.mktemp("whatever"), _clock()
    section = directory_section(directory / "share")
    company = filled(anchored_company(built_company, directory / "vault", section, clock=clock), clock)
    yield DamagingSqlite(company)
    company.vault.engine.dispose()


@pytest.fixture(scope="module")
def whole_postgresql(
    built_postgresql_company: tuple[Path, str],
    postgresql_server: PostgresqlServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Damaging]:
    template, template_url = built_postgresql_company
    directory, clock = tmp_path_factory.mktemp("whatever"), _clock()
    url = postgresql_server.new_database(copy_of=template_url)
    copy_company(template, directory / "vault")
    config = directory / "vault" / "config.toml"
    section = directory_section(directory / "share")
    config.write_text(config.read_text().replace(template_url, url) + "\n" + section)
    company = filled(reopen_company(directory / "vault", clock=clock), clock)
    damaging = DamagingPostgresql(company)
    yield damaging
    damaging.close()
    company.vault.engine.dispose()
    postgresql_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def whole(request: pytest.FixtureRequest) -> Damaging:
    """Each test that asks for it runs on both databases."""
    damaging: Damaging = request.getfixturevalue(f"whole_{request.param}")
    return damaging


def _clock() -> FixedClock:
    return FixedClock(BEGINNING + dt.timedelta(hours=1))


def filled(made: Company, clock: FixedClock) -> Company:
    """Everything that there can be: months erased and pruned, anchored, verified, held, exported; something waits."""
    in_months(made, clock, months=3)
    erased(made, "other", from_month="2026-12", until_month="2026-12")
    trail = msgspec.structs.replace(made.vault.config.trail, retention_months=1)
    config = msgspec.structs.replace(made.vault.config, trail=trail)
    company = replace(made, vault=replace(made.vault, config=config))
    turn(company, clock)
    approved(company, pruning_requested(company, CUT))
    work_off(company)
    for _number in range(2):
        news(company)
        turn(company, clock, seconds=120)
    why = ReasonDraft("review", "Yearly audit of the sales team", "R-7")
    hold_person(company.vault, company.at_keyboard("officer"), person="borrower", reason=why)
    ordered(company)
    company.signed_in("borrower")
    company.sequence()
    assert verified(company.vault, Scope.EVERYTHING) == []
    news(company)
    return company


def verified(vault: Vault, scope: Scope) -> list[str]:
    """What is found, also against the anchors."""

    def compare(readable: Vault) -> Beyond:
        outside = check_anchors(readable, report=AnchorsReport())
        return Beyond(outside.findings)

    order = VerificationOrder(scope)
    return [each.check for each in verify_trail(vault, None, order=order, further=compare).findings]


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda each: str(each))
def test_whatever_stands_in_a_column_is_found_or_nothing_rests_on_it(whole: Damaging, table: str, column: str) -> None:
    """And never ends a verification, of everything, of the tree alone or of what is new."""
    is_watched, vault = table not in NOT_OF_THE_TRAIL, whole.company.vault
    unnoticed, taken = [], 0
    for word, value in whole.values(table, column).items():
        if not is_watched and word not in whole.tried_often | {NEGATIVE}:
            continue
        whole.put_back()
        if not whole.write(table, column, value, where=ROWS.get(table, "true")):
            continue
        taken += 1
        if not verified(vault, Scope.EVERYTHING):
            unnoticed.append(word)
        if is_watched and word in whole.tried_often:
            verified(vault, Scope.TREE)
            verified(vault, Scope.SINCE_LAST)

    if not taken:
        assert whole.keeps_references, "nothing was tried"
        assert f"{table}.{column}" in referring(), "nothing was tried"
    elif is_watched and f"{table}.{column}" not in HOLDS:
        assert unnoticed == []
    else:
        assert unnoticed, "found, so it is nothing that may hold"


def referring() -> set[str]:
    """Columns that refer to others, or are referred to: PostgreSQL takes nothing there that is nobody's."""
    keys = [key for table in metadata.tables.values() for key in table.foreign_keys]
    return {str(column) for key in keys for column in (key.parent, key.column)}


def test_reasons_are_of_columns_that_there_are() -> None:
    """None stays behind when its column goes."""
    assert NOT_OF_THE_TRAIL.keys() <= {table for table, _column in COLUMNS}
    assert HOLDS.keys() <= {f"{table}.{column}" for table, column in COLUMNS}


def test_reasons_speak_of_columns_of_tables(whole: Damaging) -> None:
    """The schema is what is damaged: a table that the migrations made beside it would be missed."""
    names = set(sa.inspect(whole.company.vault.engine).get_table_names())
    assert {name for name in names if name.startswith("trail_")} == {table for table, _column in COLUMNS}


def test_postgresql_itself_refuses_what_is_not_tried_there(whole_postgresql: DamagingPostgresql) -> None:
    """Values of another kind in any column, and NULL wherever the schema says so."""
    whole_postgresql.put_back()
    for table, column in COLUMNS:
        refused = whole_postgresql.of_other_kinds(table, column)
        if not metadata.tables[table].columns[column].nullable:
            refused.append("NULL")
        taken = [each for each in refused if whole_postgresql.write(table, column, each, where="true")]
        assert taken == [], (table, column)
