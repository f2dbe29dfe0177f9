"""What is accepted as a password, and how it is stored."""

from __future__ import annotations

import os
import threading

import pytest

from keys.primitives import Argon2Profile
from vault.errors import InputError
from vault.people.passwords import PasswordHasher, check_new_password, initial_password

PERSONAL = ("wangxm", "Wang Xiaoming", "N-2001")


def refusal(password: str) -> str:
    try:
        check_new_password(password, minimum_characters=12, personal=PERSONAL)
    except InputError as error:
        return error.code
    return ""


@pytest.fixture
def hasher() -> PasswordHasher:
    return PasswordHasher(profile=Argon2Profile.TESTING, random=os.urandom)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "twelve chars",
        "没有人会猜到这一句话对吗",
        "p" * 4 + "qrstuvwx" * 30,
        "пароль из слов",
        "🌲🌲🌲 three trees",
        "  spaces are letters  ",
    ],
)
def test_long_enough_password_of_any_kind_is_accepted(password: str) -> None:
    """No signs, digits or capitals are demanded, in any script, up to 256 characters."""
    assert refusal(password) == ""


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password.too_short"),
        ("short", "password.too_short"),
        ("eleven char", "password.too_short"),
        ("ab" * 129, "password.too_long"),
        ("aaaaaaaaaaaaaaa", "password.too_common"),
        ("abababababab", "password.too_common"),
        ("1qaz2wsx3edc", "password.too_common"),
        ("PASSWORD1234567", "password.too_common"),
        ("wangxmwangxm", "password.too_common"),
        ("WANG XIAOMING", "password.too_common"),
    ],
)
def test_what_is_tried_first_is_refused(password: str, code: str) -> None:
    """Too short, too long, too few different letters, on every list, or the person's own words."""
    assert refusal(password) == code


def test_nothing_is_cut_off(hasher: PasswordHasher) -> None:
    """The 73rd byte counts, and the 256th character."""
    long = "x" * 255
    stored = hasher.hash(long + "a")

    assert hasher.verify(stored, long + "a")
    assert not hasher.verify(stored, long + "b")
    assert not hasher.verify(stored, long)


def test_composed_and_decomposed_letters_are_one_password(hasher: PasswordHasher) -> None:
    """What one keyboard sends as two characters and another as one."""
    assert hasher.verify(hasher.hash("cafe\u0301 au lait"), "caf\u00e9 au lait")


def test_password_of_nobody_is_never_right(hasher: PasswordHasher) -> None:
    """Not even the one that the comparison is made with."""
    assert not hasher.verify(None, "no such person")


def test_stored_form_is_salted_argon2id(hasher: PasswordHasher) -> None:
    """Twice the same password is twice another text, and neither holds it."""
    first, second = hasher.hash("correct horse"), hasher.hash("correct horse")

    assert first != second
    assert first.startswith("$argon2id$")
    assert "correct" not in first


def test_weaker_parameters_ask_for_a_new_hash(hasher: PasswordHasher) -> None:
    """What was stored under the cheap profile is stale under a dearer one, and not under its own."""
    stored = hasher.hash("correct horse")
    stronger = PasswordHasher(profile=Argon2Profile.STANDARD, random=os.urandom)

    assert not hasher.needs_rehash(stored)
    assert stronger.needs_rehash(stored)


def test_many_at_once_share_the_turns(hasher: PasswordHasher) -> None:
    """Sixteen threads, two turns: every answer is right and none waits for ever."""
    stored = hasher.hash("correct horse")
    answers: list[bool] = []
    threads = [
        threading.Thread(target=lambda right=right: answers.append(hasher.verify(stored, "correct horse") is right))
        for right in [True] * 16
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert answers == [True] * 16


def test_initial_password_is_readable_and_random() -> None:
    """Four groups of four, no letter that is taken for another, never the same again."""
    made = {initial_password(os.urandom) for _ in range(200)}

    assert len(made) == 200
    assert all(len(each) == 19 and [len(part) for part in each.split("-")] == [4, 4, 4, 4] for each in made)
    assert not set("".join(made)) & set("01lio")


def test_initial_password_takes_every_letter_alike() -> None:
    """No letter comes more often because 256 is no multiple of the alphabet: bytes past it are dropped."""
    sent = iter([*range(256)] * 4)

    letters = "".join(initial_password(lambda count: bytes(next(sent) for _ in range(count))) for _ in range(15))

    counts = {letter: letters.count(letter) for letter in set(letters) - {"-"}}
    assert max(counts.values()) - min(counts.values()) <= 1
