"""A file is complete when it has rested."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vault.intake.settle import Appearance, observe

SEEN = Appearance(device=1, inode=2, size=3, modified_ns=4)


def test_file_seen_once_is_not_settled() -> None:
    """One look proves nothing."""
    watched = observe(None, SEEN, now=100.0)

    assert not watched.is_settled(now=100.0, quiet_seconds=5)


def test_unchanged_file_settles_after_the_quiet_time() -> None:
    """Not before, and then at once."""
    watched = observe(observe(None, SEEN, now=100.0), SEEN, now=105.0)

    assert not watched.is_settled(now=104.9, quiet_seconds=5)
    assert watched.is_settled(now=105.0, quiet_seconds=5)


@pytest.mark.parametrize("change", [{"size": 9}, {"modified_ns": 9}, {"inode": 9}, {"device": 9}])
def test_any_change_starts_the_quiet_time_again(change: dict[str, int]) -> None:
    """Growth, a touch, and a file put in its place all count."""
    watched = observe(observe(None, SEEN, now=100.0), replace(SEEN, **change), now=104.0)

    assert not watched.is_settled(now=108.9, quiet_seconds=5)
