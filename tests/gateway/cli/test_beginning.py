"""``init`` and ``migrate``."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli.session import AWAY, DONE, STATE_FORBIDS, UNUSABLE
from tests.company import write_config
from tests.gateway.cli.running import run

INIT = ("init", "--login", "ruth", "--name", "Ruth Feldman", "--timezone", "Europe/London")


def test_init_shows_the_administrator_and_an_initial_password_once(empty_config: Path) -> None:
    """Two words on stdout, nothing else anywhere."""
    told = run(empty_config, *INIT)

    assert told.code == DONE
    login, password = told.out.split("\t")
    assert login == "ruth"
    assert len(password.strip()) >= 16
    assert told.err == ""


def test_init_answers_in_json(empty_config: Path) -> None:
    """For whoever sets it up by script."""
    told = run(empty_config, *INIT, "--json")

    assert told.code == DONE
    assert told.answer.keys() == {"ok", "administrator", "initial_password"}
    assert told.answer["ok"] is True


def test_init_again_gives_a_new_password_until_somebody_signed_in(empty_config: Path) -> None:
    """Its answer may have been lost; nothing else changes."""
    first = run(empty_config, *INIT, "--json").answer
    key = (empty_config.parent / "root.key").read_bytes()
    again = run(empty_config, *INIT, "--json")

    assert again.code == DONE
    assert again.answer["initial_password"] != first["initial_password"]
    assert (empty_config.parent / "root.key").read_bytes() == key


def test_init_of_a_vault_in_use_changes_nothing(config: Path) -> None:
    """The state forbids it: code 4, with a sentence."""
    told = run(config, *INIT)

    assert told.code == STATE_FORBIDS
    assert told.out == ""
    assert told.err == "The vault has been set up already.\n"


@pytest.mark.parametrize(
    ("change", "code"),
    [(("--login", "a b"), UNUSABLE), (("--timezone", "Mars/Olympus"), UNUSABLE), (("--name", " "), UNUSABLE)],
    ids=str,
)
def test_init_with_unusable_facts_begins_nothing(empty_config: Path, change: tuple[str, str], code: int) -> None:
    """And makes no root key."""
    told = run(empty_config, *INIT, *change, "--json")

    assert told.code == code
    assert told.answer["ok"] is False
    assert not (empty_config.parent / "root.key").exists()


def test_init_where_the_store_cannot_be_had_begins_nothing(tmp_path: Path) -> None:
    """A file stands where the objects should be: code 5; put right, the same command goes on."""
    config = write_config(tmp_path / "empty")
    in_the_way = config.parent / "objects"
    in_the_way.write_text("")
    refused = run(config, *INIT, "--json")
    in_the_way.unlink()

    assert refused.code == AWAY
    assert run(config, *INIT).code == DONE


def test_migrate_says_the_revision(config: Path) -> None:
    """Also when there was nothing to do."""
    told = run(config, "migrate", "--json")

    assert told.code == DONE
    assert told.answer["ok"] is True
    assert run(config, "migrate").out == f"{told.answer['revision']}\n"


def test_migrate_of_a_database_that_is_away_is_code_five(tmp_path: Path) -> None:
    """The folder of the database is not there."""
    config = write_config(tmp_path / "empty", database_url=f"sqlite:///{tmp_path}/absent/vault.db")
    told = run(config, "migrate", language="zh")

    assert told.code == AWAY
    assert told.err == "档案库的数据库暂时没有响应。请一分钟后再试。\n"
