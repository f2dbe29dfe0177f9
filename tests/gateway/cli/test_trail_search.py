"""``trail search`` and ``trail reindex``."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from gateway.cli.session import DONE, NOT_ALLOWED, UNUSABLE
from tests.gateway.cli.running import by, run

SEARCH = ("trail", "search")
AUDITOR = by("auditor")


def test_search_lists_entries_in_words_newest_first(config: Path) -> None:
    """Number, local time, outcome, sentence; what goes on is said beside them; in both languages."""
    told = run(config, *SEARCH, "event:dossier.assigned subject:王晓明", *AUDITOR)
    first = run(config, *SEARCH, "", *AUDITOR, "--limit", "3")
    chinese = run(config, *SEARCH, "event:dossier.assigned", *AUDITOR, language="zh")

    assert told.code == DONE
    [line] = told.out.splitlines()
    number, moment, outcome, sentence = line.split("\t")
    assert (number[0], moment[-5:], outcome) == ("#", "+0800", "success")
    assert sentence.startswith("Beatrice Okafor (N-0005) gave 王晓明 (N-0002) a duty on dossier")
    assert len(first.out.splitlines()) == 3
    assert first.err.startswith("older entries: --before ")
    assert "（N-0005）" in chinese.out


def test_search_in_json_goes_on_where_it_ended(config: Path) -> None:
    """The settled query, each entry, and the number before which the next page begins."""
    first = run(config, *SEARCH, "actor：borrower,N-0005", *AUDITOR, "--json", "--limit", "2").answer
    rest = run(config, *SEARCH, first["query"], *AUDITOR, "--json", "--before", str(first["next_before"])).answer

    assert first["ok"] is True
    assert first["query"].startswith("actor:p")
    assert [each["index"] for each in first["entries"]][-1] == first["next_before"]
    assert all(each["index"] < first["next_before"] for each in rest["entries"])
    assert {each["actor"]["staff_number"] for each in first["entries"] + rest["entries"]} <= {"N-0002", "N-0005"}


def test_query_that_cannot_be_read_is_pointed_at(config: Path) -> None:
    """Code 2; the query with a mark under the place, whatever the width of its letters, and what was expected."""
    told = run(config, *SEARCH, "actor:王晓明 evnt:view.*", *AUDITOR)
    unknown = run(config, *SEARCH, "event:view.* -actor:nobody", *AUDITOR, "--json", language="zh")

    assert told.code == unknown.code == UNUSABLE
    assert told.err.splitlines()[:2] == ["actor:王晓明 evnt:view.*", " " * 13 + "^"]
    assert "Column 11: a search word was expected here" in told.err
    assert (unknown.answer["code"], unknown.answer["column"]) == ("trail.person", 21)


def test_only_auditors_search(config: Path) -> None:
    """Not allowed is code 3, and recorded."""
    refused = run(config, *SEARCH, "event:view.*", *by("custodian"), "--json")

    assert (refused.code, refused.answer["code"]) == (NOT_ALLOWED, "denied.office")


def test_reindex_heals_what_an_upgrade_left_open_and_what_somebody_altered(config: Path) -> None:
    """Rows without session and place, a row that is gone, a wrong person: from the leaves; then nothing is left."""
    with sqlite3.connect(config.parent / "vault.db") as database:
        before = database.execute("SELECT * FROM trail_search WHERE position > 0 ORDER BY position").fetchall()
        database.execute("UPDATE trail_search SET session_id = NULL, place_zone = NULL, place_source = NULL")
        database.execute("UPDATE trail_search SET actor_id = 'p' WHERE position = 5")
        database.execute("DELETE FROM trail_search WHERE position = 7")
        database.execute("DELETE FROM trail_tallies")
        database.execute("UPDATE trail_head SET detailed_from = 1000")
    healed = run(config, "trail", "reindex", "--json")
    again = run(config, "trail", "reindex")

    assert healed.code == DONE
    assert healed.answer["changed"] > 5
    assert healed.answer["unreadable"] == 0
    assert "\t0 changed\t0 unreadable" in again.out
    with sqlite3.connect(config.parent / "vault.db") as database:
        after = database.execute("SELECT * FROM trail_search WHERE position > 0 ORDER BY position").fetchall()
        assert after[: len(before)] == before
        assert database.execute("SELECT detailed_from FROM trail_head").fetchone() == (0,)
        assert database.execute("SELECT sum(number) FROM trail_tallies WHERE kind = 'o'").fetchone()[0] >= len(after)
