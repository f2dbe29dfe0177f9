"""Sending a range once more: recorded, whole, beside the feed and without touching where it is."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.company import REASON, Company
from tests.vault.feed.conftest import feed_config, with_feeds
from tests.vault.feed.test_sending import drain, record_entries, row_of, size_of, told_indices
from vault.errors import AccessDenied, InputError, Sealed, Unavailable
from vault.feed.outputs.stream import StreamOutput
from vault.feed.replaying import replay
from vault.feed.sending import FeedSender
from vault.feed.setup import make_output
from vault.policy.reasons import ReasonDraft
from vault.trail.querying import TrailQuery
from vault.trail.searching import search_trail


def test_range_is_sent_again_with_the_same_lines_and_the_feed_stays_where_it_is(
    company: Company, tmp_path: Path
) -> None:
    """Over several batches; up to and with the last."""
    record_entries(company, 450)
    feed = feed_config(format="ocsf", output="file", path=tmp_path / "feed.jsonl")
    vault = with_feeds(company.vault, feed)
    sender = FeedSender(vault, feed, output=make_output(feed, monotonic=vault.monotonic), holder="this process")
    drain(sender)
    before, first_time = row_of(company), (tmp_path / "feed.jsonl").read_bytes()
    done: list[tuple[int, int]] = []
    stream = io.BytesIO()
    sent = replay(
        vault,
        company.at_keyboard("auditor"),
        feed,
        output=StreamOutput(stream),
        start=10,
        end=440,
        reason=REASON,
        progress=lambda *each: done.append(each),
    )

    assert sent == 431
    assert stream.getvalue().splitlines() == first_time.splitlines()[10:441]
    assert done[-1] == (431, 431)
    assert row_of(company) == before
    assert told_indices(tmp_path / "feed.jsonl") == list(range(len(first_time.splitlines())))
    sender.close()


def test_replay_is_recorded_with_who_what_and_why_before_a_line_leaves(company: Company) -> None:
    """Also where the collector then takes nothing."""
    feed = feed_config(output="tcp", address="127.0.0.1:9")
    vault = with_feeds(company.vault, feed)
    with pytest.raises(Unavailable):
        replay(
            vault,
            company.at_keyboard("auditor"),
            feed,
            output=make_output(feed, monotonic=vault.monotonic),
            start=0,
            end=None,
            reason=REASON,
        )
    last = size_of(company) - 1
    company.sequence()
    query = TrailQuery(event="feed.replayed")
    [row] = search_trail(company.vault, company.at_keyboard("auditor"), query=query).rows
    assert row.actor_id == company.ids["auditor"]
    assert row.details == {"feed": "soc", "from": 0, "to": last}
    assert row.reason is not None


@pytest.mark.parametrize(("start", "end"), [(5, 4), (10**9, None), (0, 10**9), (-1, 3)])
def test_range_that_is_none_is_refused(company: Company, start: int, end: int | None) -> None:
    """Backwards, beyond what is signed, before the first."""
    feed = feed_config(output="stdout")
    with pytest.raises(InputError, match=r"feed\.range"):
        replay(
            with_feeds(company.vault, feed),
            company.at_keyboard("auditor"),
            feed,
            output=StreamOutput(io.BytesIO()),
            start=start,
            end=end,
            reason=REASON,
        )


@pytest.mark.parametrize("login", ["admin", "officer", "custodian"])
def test_only_auditors_replay_and_only_with_a_reason(company: Company, login: str) -> None:
    """Nothing is written for anybody else."""
    feed, stream = feed_config(output="stdout"), io.BytesIO()
    vault = with_feeds(company.vault, feed)
    with pytest.raises(AccessDenied):
        replay(vault, company.at_keyboard(login), feed, output=StreamOutput(stream), start=0, end=3, reason=REASON)
    with pytest.raises(InputError):
        replay(
            vault,
            company.at_keyboard("auditor"),
            feed,
            output=StreamOutput(stream),
            start=0,
            end=3,
            reason=ReasonDraft("review", "."),
        )
    assert stream.getvalue() == b""


def test_feed_that_tells_ids_is_not_replayed_while_the_vault_is_sealed(company: Company) -> None:
    """As it is not sent then."""
    feed, stream = feed_config(output="stdout", people="ids"), io.BytesIO()
    company.vault.seal()
    with pytest.raises(Sealed):
        replay(
            with_feeds(company.vault, feed),
            company.at_keyboard("auditor"),
            feed,
            output=StreamOutput(stream),
            start=0,
            end=3,
            reason=REASON,
        )
    assert stream.getvalue() == b""
