"""Passwords of released copies: made by the vault, long enough that nobody guesses one from the file."""

from __future__ import annotations

from vault.clock import RandomBytes

PASSWORD_FIELD = "copy_password"
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LETTERS = 5, 5
"""25 letters of 32 are 125 bits."""


def new_password(random: RandomBytes) -> str:
    """Five groups of five letters and digits, without l, o, 0 and 1."""
    letters = [LETTERS[byte % len(LETTERS)] for byte in random(GROUPS * GROUP_LETTERS)]
    return "-".join("".join(letters[at : at + GROUP_LETTERS]) for at in range(0, len(letters), GROUP_LETTERS))
