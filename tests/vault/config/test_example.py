"""config.example.toml and docs/configuration.md say what the types say, no more and no less."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tools import configuration_page
from tools.configuration_page import Option, options, sections
from vault.config import load_config

EXAMPLE = Path(__file__).parents[3] / "config.example.toml"
# Words of switches that would turn a protection off, in whichever way they are put.
SWITCHING = re.compile(
    r"(^|_)(enable|enabled|disable|disabled|off|on|skip|no|allow|insecure|unsafe|debug|demo|plain|plaintext|encrypt|"
    r"encryption|seal|sealing|auth|authentication|anonymous|guest|audit|recording|record|verify|check|bypass|test)(_|$)"
)


def everything() -> str:
    """The example with each option that it leaves out put in."""
    return re.sub(r"^#(?=[a-z\[])", "", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)


def keys_in(table: dict[str, Any], key: str = "") -> set[str]:
    """Keys as :class:`tools.configuration_page.Option` writes them."""
    found: set[str] = set()
    for name, value in table.items():
        inner = "views.classes.*" if key == "views.classes" else f"{key}.{name}".lstrip(".")
        if isinstance(value, dict):
            found |= keys_in(value, inner)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            found |= {each for item in value for each in keys_in(item, f"{inner}[]")}
        else:
            found.add(inner)
    return found


def test_example_as_it_stands_is_a_configuration() -> None:
    """Copying the example gives a file that is accepted."""
    assert load_config(EXAMPLE).trail.origin == "vault.example.com/dossier-vault"


def test_example_with_everything_put_in_is_a_configuration(tmp_path: Path) -> None:
    """What the example leaves out is right too, once its files are there."""
    text = everything().replace('directory = "/var/lib/dossier-vault/objects"', "")
    for name in ("/etc/dossier-vault", "/etc/ssl/certs", "/srv/scanner"):
        (tmp_path / name[1:]).mkdir(parents=True)
        text = text.replace(name, f"{tmp_path}{name}")
    (tmp_path / "srv/scanner/inbox").mkdir()
    (tmp_path / "etc/ssl/certs/company-ca.pem").touch()
    for name in (
        "s3-access-key",
        "s3-secret-key",
        "passphrase",
        "next-passphrase",
        "feed.crt",
        "feed.key",
        "mail-password",
    ):
        (tmp_path / "etc/dossier-vault" / name).touch(mode=0o600)
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")

    config = load_config(path)

    assert config.intake.hot_folder is not None
    assert [zone.name for zone in config.places.zones] == ["London", "上海"]


def test_every_option_is_in_the_example_and_nothing_else() -> None:
    """No option is hidden, and none is shown that does not exist."""
    assert keys_in(tomllib.loads(everything())) == {option.key for option in options()}


@pytest.mark.parametrize("option", options(), ids=lambda option: option.key)
def test_option_is_explained_above_it_in_both_languages(option: Option) -> None:
    """The example's comments are the descriptions of the types, in English and Chinese."""
    pattern = rf"^# {re.escape(option.en)}\n# {re.escape(option.zh)}\n#?{option.name} = "

    assert re.search(pattern, EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.mark.parametrize("section", sections(), ids=lambda section: section.key)
def test_table_is_explained_above_it_in_both_languages(section: configuration_page.Section) -> None:
    """Tables as well, whether they are left out or not."""
    assert f"# {section.en}\n# {section.zh}\n" in EXAMPLE.read_text(encoding="utf-8")


def test_left_out_options_show_their_defaults() -> None:
    """Removing a number sign changes nothing where there is a default."""
    shown = tomllib.loads(everything())
    for option in options():
        if option.default in (msgspec.NODEFAULT, None, ()) or "*" in option.key or "[]" in option.key:
            continue
        value: Any = shown
        for name in option.key.split("."):
            value = value[name]
        assert value == option.default, option.key


def test_configuration_page_is_current() -> None:
    """docs/configuration.md is what `make docs` would write now."""
    assert configuration_page.PAGE.read_text(encoding="utf-8") == configuration_page.page()


def test_every_description_is_in_its_language() -> None:
    """The English has no Chinese in it, and the Chinese some."""
    for described in (*options(), *sections()):
        assert not re.search(r"[\u4e00-\u9fff]", described.en)
        assert re.search(r"[\u4e00-\u9fff]", described.zh)


def test_no_option_switches_a_protection_off() -> None:
    """Sealing, sign-in and the trail have no switch: none is named like one, and what is yes or no is known."""
    assert [option.key for option in options() if SWITCHING.search(option.name)] == []
    assert [option.key for option in options() if "`true`" in option.values] == [
        "storage.s3.secure",
        "intake.hot_folder.network_mount",
        "trail.anchors.buckets[].secure",
    ]


def test_no_number_switches_a_protection_off() -> None:
    """Zero would be a switch by another name: every number has a least value above it."""
    numbers = [option for option in options() if re.match(r"[0-9]|number", option.values)]

    assert numbers
    assert [option.key for option in numbers if not re.match(r"[1-9]", option.values)] == []
