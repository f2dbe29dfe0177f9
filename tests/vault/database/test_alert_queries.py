"""Alerts as rows: in pages, by state, on both databases."""

from __future__ import annotations

import sqlalchemy as sa

from tests.vault.database.rows import LEE, MINUTE, NOW, WANG, store_ground
from vault.database import alert_queries
from vault.database.alert_queries import AlertRecord, AlertState
from vault.database.engine import transaction


def alert(number: int, *, minutes: int) -> AlertRecord:
    return AlertRecord(
        id=f"z-{number}",
        person_id=WANG,
        day=NOW.date(),
        number=number,
        state=AlertState.OPEN,
        points=9,
        lines=(),
        policy_version=1,
        raised_at=NOW + minutes * MINUTE,
        changed_at=NOW,
        revision=1,
        decided_by=None,
        decided_at=None,
        decision_entry="",
    )


def test_page_of_alerts_goes_on_behind_the_last_of_the_page_before(database: sa.Engine) -> None:
    """Newest first, by id where they were raised together; also behind one that was decided meanwhile."""
    with transaction(database) as tx:
        store_ground(tx)
        for number, minutes in ((1, 0), (2, 5), (3, 5), (4, 5), (5, 9), (6, 9)):
            alert_queries.store_alert(tx, alert(number, minutes=minutes))

        def page(before: str, state: AlertState = AlertState.OPEN) -> list[str]:
            return [each.id for each in alert_queries.list_alerts(tx, state, limit=2, before=before)]

        assert [page(before) for before in ("", "z-6", "z-3", "z-1", "z-9")] == [
            ["z-5", "z-6"],
            ["z-2", "z-3"],
            ["z-4", "z-1"],
            [],
            ["z-5", "z-6"],
        ]
        dismissed = AlertState.DISMISSED
        assert alert_queries.decide_alert(tx, "z-3", revision=1, state=dismissed, by=LEE, now=NOW, entry="")
        assert page("z-3") == ["z-4", "z-1"]
        assert page("", dismissed) == ["z-3"]
        counts = alert_queries.count_by_state(tx)
        assert counts == {AlertState.OPEN: 5, AlertState.ESCALATED: 0, dismissed: 1}
