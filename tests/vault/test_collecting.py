"""Garbage is looked for seldom while a batch is made, and as usual again whatever became of it."""

from __future__ import annotations

import contextlib
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


def test_collecting_is_as_usual_once_batches_that_overlap_are_all_made() -> None:
    """One began first and ended first: what it found as usual is not what the other one found."""
    usual = gc.get_threshold()
    first, second = contextlib.ExitStack(), contextlib.ExitStack()

    first.enter_context(collecting_seldom())
    second.enter_context(collecting_seldom())
    first.close()
    assert gc.get_threshold()[0] > usual[0]
    second.close()
    assert gc.get_threshold() == usual
