"""``leaving`` at the command line: announced, listed, called off, ended, and what somebody saw."""

from __future__ import annotations

from pathlib import Path

from gateway.cli.session import DONE, NOT_ALLOWED, STATE_FORBIDS, UNUSABLE
from tests.company import PASSWORD
from tests.gateway.cli.running import Told, run


def leaving(config: Path, *words: str, by: str = "admin", language: str = "en") -> Told:
    (config.parent / "password").write_text(PASSWORD)
    return run(config, "leaving", *words, "--as", by, "--password-file", "password", language=language)


def test_announced_changed_listed_and_called_off(config: Path) -> None:
    """Each act says what came of it; the list has the day; a second calling off has nothing to call off."""
    why = ["--reason", "Notice given in the talk of Monday"]

    first = leaving(config, "announce", "N-0002", "--last-day", "2099-12-31", *why)
    assert first.code == UNUSABLE  # a slip of the pen
    told = leaving(config, "announce", "N-0002", "--last-day", "2027-12-31", "--successor", "stranger", *why, "--json")
    assert (told.code, told.answer["ends_at"]) == (DONE, "2028-01-01T00:00:00+00:00"), told.err
    again = leaving(config, "announce", "borrower", "--last-day", "2027-11-30", *why, language="zh")
    assert (again.code, again.out) == (DONE, "已完成\t2027-12-01T00:00:00+00:00\n")
    (row,) = leaving(config, "list", "--json", by="auditor").answer["leavers"]
    assert (row["staff_number"], row["last_day"], row["state"]) == ("N-0002", "2027-11-30", "announced")
    assert leaving(config, "call-off", "N-0002", *why).code == DONE
    assert leaving(config, "call-off", "N-0002", *why).code == STATE_FORBIDS


def test_what_is_open_is_ended_before_the_last_day(config: Path) -> None:
    """It says how many of each there were; of somebody who does not leave nothing is ended."""
    why = ["--reason", "Moves to another desk today"]

    assert leaving(config, "end-open", "N-0002", *why).code == STATE_FORBIDS
    leaving(config, "announce", "N-0002", "--last-day", "2027-12-31", *why)
    assert leaving(config, "end-open", "N-0002", *why, by="officer").code == NOT_ALLOWED
    told = leaving(config, "end-open", "N-0002", *why, "--json").answer
    assert told == {"ok": True, "sessions": 0, "views": 0, "requests": 0, "grants": 0}
    spoken = leaving(config, "end-open", "N-0002", *why, language="zh")
    assert (spoken.code, spoken.out.split("\t")[0]) == (DONE, "结束会话 0 个")


def test_offices_are_the_screens_offices(config: Path) -> None:
    """An auditor announces nothing, an administrator sees no exposure; nobody of that name is said so."""
    why = ["--reason", "Released from work today"]

    assert leaving(config, "announce", "N-0002", "--last-day", "2027-12-31", *why, by="auditor").code == NOT_ALLOWED
    assert leaving(config, "exposure", "N-0002").code == NOT_ALLOWED
    assert leaving(config, "end-now", "nobody here", *why).code == UNUSABLE
    assert leaving(config, "exposure", "N-0002", "--json", by="officer").answer["dossiers"] == []
