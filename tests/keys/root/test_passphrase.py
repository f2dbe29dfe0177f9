"""Root keys from passphrases."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from keys.errors import KeyUnavailable
from keys.model import Secret
from keys.primitives import Argon2Profile
from keys.root import open_root_key
from keys.root.local import LocalRootKey
from keys.root.passphrase import create_root_key

PASSPHRASE = "Zürich bei Nacht 夜"


def _create(path: Path, passphrase: str | Secret = PASSPHRASE) -> LocalRootKey:
    return create_root_key(
        str(path), passphrase=lambda: passphrase, random=secrets.token_bytes, profile=Argon2Profile.TESTING
    )


def _noted(asked: list[str]) -> Callable[[], str]:
    """A prompt that notes when it is asked."""

    def ask() -> str:
        asked.append("once")
        return PASSPHRASE

    return ask


@pytest.mark.parametrize(
    "spelling",
    ["Zu\u0308rich bei Nacht 夜", Secret(PASSPHRASE.encode()), Secret("Zu\u0308rich bei Nacht 夜".encode())],
    ids=["decomposed", "secret", "secret decomposed"],
)
def test_passphrase_typed_on_another_keyboard_opens(tmp_path: Path, spelling: str | Secret) -> None:
    """Composed or decomposed, typed or read from a file, it is the same passphrase."""
    created = _create(tmp_path / "root")
    assert open_root_key(created.uri, passphrase=lambda: spelling).key_id == created.key_id


@pytest.mark.parametrize("wrong", ["", PASSPHRASE + " ", PASSPHRASE.lower(), "another passphrase"])
def test_wrong_passphrase_is_refused(tmp_path: Path, wrong: str) -> None:
    """Only the passphrase opens it."""
    created = _create(tmp_path / "root")
    with pytest.raises(KeyUnavailable, match="do not belong together"):
        open_root_key(created.uri, passphrase=lambda: wrong)


def test_wrong_passphrase_and_exchanged_file_sound_alike(tmp_path: Path) -> None:
    """The error does not say which of the two is wrong."""
    place, other = tmp_path / "root", tmp_path / "other"
    created = _create(place)
    with pytest.raises(KeyUnavailable) as wrong_passphrase:
        open_root_key(created.uri, passphrase=lambda: "another passphrase")
    _create(other, "another passphrase")
    place.write_bytes(other.read_bytes())
    with pytest.raises(KeyUnavailable) as exchanged_file:
        open_root_key(created.uri, passphrase=lambda: PASSPHRASE)
    assert str(wrong_passphrase.value) == str(exchanged_file.value)


def test_passphrase_is_not_asked_for_a_missing_file(tmp_path: Path) -> None:
    """Nobody types a passphrase in vain."""
    asked: list[str] = []
    with pytest.raises(KeyUnavailable, match="cannot be opened"):
        open_root_key(f"passphrase:{tmp_path / 'root'}", passphrase=_noted(asked))
    assert asked == []


def test_passphrase_is_not_asked_where_a_key_exists(tmp_path: Path) -> None:
    """Creating over an existing key fails before anything is typed."""
    _create(tmp_path / "root")
    asked: list[str] = []
    with pytest.raises(KeyUnavailable, match="never replaced"):
        create_root_key(
            str(tmp_path / "root"),
            passphrase=_noted(asked),
            random=secrets.token_bytes,
            profile=Argon2Profile.TESTING,
        )
    assert asked == []


def test_passphrase_is_asked_for_once(tmp_path: Path) -> None:
    """One prompt opens the key; checking it later needs none."""
    created = _create(tmp_path / "root")
    asked: list[str] = []
    opened = open_root_key(created.uri, passphrase=_noted(asked))
    opened.check()
    assert asked == ["once"]


def test_no_way_to_ask_is_said(tmp_path: Path) -> None:
    """A vault started without a terminal says what it lacks."""
    created = _create(tmp_path / "root")
    with pytest.raises(KeyUnavailable, match="needs its passphrase"):
        open_root_key(created.uri)


@pytest.mark.parametrize("short", ["", "eleven char", "12345678901"])
def test_short_passphrase_is_refused_at_creation(tmp_path: Path, short: str) -> None:
    """Fewer than 12 characters make no root key, and no file."""
    with pytest.raises(KeyUnavailable, match="12 characters"):
        _create(tmp_path / "root", short)
    assert list(tmp_path.iterdir()) == []


def test_same_passphrase_in_two_files_gives_two_keys(tmp_path: Path) -> None:
    """Each file has a salt of its own."""
    one, other = _create(tmp_path / "one"), _create(tmp_path / "other")
    assert one.secret != other.secret
    assert one.key_id != other.key_id


def test_file_holds_neither_passphrase_nor_key(tmp_path: Path) -> None:
    """What is stored opens nothing without the passphrase."""
    created = _create(tmp_path / "root")
    stored = (tmp_path / "root").read_text(encoding="ascii")
    assert created.secret.reveal().hex() not in stored
    assert PASSPHRASE.encode().hex() not in stored
