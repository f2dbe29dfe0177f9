"""Garbage is looked for seldom while a batch is made, and as usual again whatever became of it."""

from __future__ import annotations

import gc

import pytest

from vault.collecting import collecting_seldom


def test_collecting_is_as_usual_afterwards_also_after_an_error() -> None:
    """Else a worker that failed once would hold what it no longer needs."""
    usual = gc.get_threshold()

    def fail() -> None:
        with collecting_seldom():
            assert gc.get_threshold()[0] > usual[0]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert gc.get_threshold() == usual
