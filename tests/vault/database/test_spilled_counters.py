"""Counters of more owners than memory is given for: the same answers, and nothing left behind."""

from __future__ import annotations

from pathlib import Path

from vault.database.spilled_counters import SpilledCounters


def filled(most_in_memory: int) -> SpilledCounters:
    counters = SpilledCounters(most_in_memory=most_in_memory)
    for last in range(1, 4):
        for number in range(20):
            counters[f"f{number:02}"] = last * 100 + number
    return counters


def test_however_few_are_in_memory_the_answers_are_the_same() -> None:
    """Numbers, how many, who is among them, and all of them in order."""
    expected = [(f"f{number:02}", 300 + number) for number in range(20)]
    for most in (1, 3, 7, 100):
        counters = filled(most)
        assert list(counters.items()) == expected
        assert len(counters) == 20
        assert [counters.get(name) for name in ("f00", "f19", "f20")] == [300, 319, None]
        assert ("f07" in counters, "f7" in counters) == (True, False)


def test_owner_that_is_discarded_is_gone() -> None:
    """Whether it was in memory or not; one that was never there is no matter."""
    for most in (2, 100):
        counters = filled(most)
        for name in ("f03", "f19", "nobody"):
            counters.discard(name)
        assert len(counters) == len(list(counters.items())) == 18
        assert counters.get("f19") is None


def test_whatever_somebody_wrote_into_a_leaf_is_an_owner() -> None:
    """Text that is nobody's id, also text that UTF-8 does not have."""
    counters = SpilledCounters(most_in_memory=1)
    for owner in ("", "\0", "’; --", "\ud800", "é"):
        counters[owner] = 7
    assert sorted(owner for owner, _last in counters.items()) == sorted(["", "\0", "’; --", "\ud800", "é"])


def test_what_is_not_in_memory_has_no_name_on_the_disk() -> None:
    """The file, where one is needed at all, is unlinked as soon as it is open: a killed process leaves nothing."""
    counters = SpilledCounters(most_in_memory=1000)
    for number in range(12_000):
        counters[f"{number:0600}"] = number

    opened = [str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
    spilled = [name for name in opened if "etilqs" in name]
    assert spilled
    assert all(name.endswith("(deleted)") for name in spilled)
    assert counters.get(f"{7_000:0600}") == 7_000
