"""``leaving`` at the command line: announced, listed, called off, ended, and what somebody saw."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from gateway.cli.session import DONE, NOT_ALLOWED, STATE_FORBIDS, UNUSABLE
from tests.company import PASSWORD, reopen_company
from tests.gateway.cli.running import Told, run
from vault.clock import FixedClock


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


def test_exposure_says_everything_that_the_screen_says(config: Path, clock: FixedClock) -> None:
    """Spike, headings, pages, reasons and places, with the class in words; in JSON by their stable names."""
    company = reopen_company(config.parent, clock=clock)
    clock.advance(datetime.now(UTC) - clock.now())  # commands have the system's clock
    company.open_and_read(company.signed_in("borrower"))
    company.sequence()
    company.vault.engine.dispose()

    spike, heads, row = leaving(config, "exposure", "N-0002", by="auditor").out.splitlines()
    assert "1 views in the week from" in spike
    assert "looking back from" in spike
    told = dict(zip(heads.split("\t"), row.split("\t"), strict=True))
    named = ("Dossier", "Class", "Views", "Pages", "Copies", "Reasons", "Places", "Score")
    assert [told[each] for each in named] == [
        "D2026-00001",
        "Confidential",
        "1",
        "1",
        "0",
        "Offer 1",
        "Head office 1",
        "2.00",
    ]
    spoken = leaving(config, "exposure", "N-0002", by="officer", language="zh").out.splitlines()
    assert "回溯" in spoken[0]
    assert spoken[2].split("\t")[1] == "秘密"
    found = leaving(config, "exposure", "N-0002", "--json", by="auditor").answer
    (one,) = found["dossiers"]
    assert (one["pages"], one["reasons"], one["places"]) == (1, {"offer": 1}, {"Head office": 1})
    assert (found["out_since"], found["weeks"]["highest"], found["weeks"]["ordinary"]) == (None, 1, 0.0)


def test_offices_are_the_screens_offices(config: Path) -> None:
    """An auditor announces nothing, an administrator sees no exposure; nobody of that name is said so."""
    why = ["--reason", "Released from work today"]

    assert leaving(config, "announce", "N-0002", "--last-day", "2027-12-31", *why, by="auditor").code == NOT_ALLOWED
    assert leaving(config, "exposure", "N-0002").code == NOT_ALLOWED
    assert leaving(config, "end-now", "nobody here", *why).code == UNUSABLE
    assert leaving(config, "exposure", "N-0002", "--json", by="officer").answer["dossiers"] == []
