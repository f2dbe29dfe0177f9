"""Patterns of case numbers: what a company may ask for, kept so small that no number can make matching slow.

A pattern is a row of up to 40 atoms: a letter, digit or one of ``/ _ -`` for itself, ``\\.`` for a dot, ``\\d`` for a
digit, or a class in brackets like ``[A-Z0-9]``; each may be followed by ``?``, ``{n}`` or ``{n,m}`` with n and m up to
40. Up to four such rows are joined by ``|``. At most three atoms of a row may vary in how often they occur: a
backtracking matcher then tries at most 41**3 ways, and the numbers it sees have at most 40 characters. There are no
groups, stars or look-arounds.
"""

from __future__ import annotations

import functools
import re

from vault.errors import InputError

MOST_CHARACTERS = 80
MOST_ROWS = 4
MOST_ATOMS = 40
MOST_VARYING = 3
MOST_TIMES = 40

_ATOM = re.compile(
    r"(?:[A-Za-z0-9/_-]|\\[d.]|\[(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9/_.])+-?\])"
    r"(?P<times>\?|\{(?P<least>\d{1,2})(?:,(?P<most>\d{1,2}))?\})?"
)


def is_pattern(pattern: str) -> bool:
    """Whether the words are a pattern as above."""
    if not 1 <= len(pattern) <= MOST_CHARACTERS:
        return False
    rows = pattern.split("|")
    return len(rows) <= MOST_ROWS and all(_is_row(row) for row in rows)


def check_case_number(pattern: str | None, case_number: str) -> None:
    """InputError ``reason.case_pattern`` with the pattern unless the number is empty or fits; None fits everything."""
    if not case_number or pattern is None:
        return
    if _compiled(pattern).fullmatch(case_number) is None:
        raise InputError("reason.case_pattern", pattern=pattern)


def _is_row(row: str) -> bool:
    position = atoms = varying = 0
    while position < len(row):
        atom = _ATOM.match(row, position)
        if atom is None:
            return False
        position, atoms = atom.end(), atoms + 1
        least, most = atom["least"], atom["most"]
        if least is not None and not int(least) <= int(most or least) <= MOST_TIMES:
            return False
        varying += atom["times"] == "?" or (most is not None and most != least)
    if not 1 <= atoms <= MOST_ATOMS or varying > MOST_VARYING:
        return False
    try:
        re.compile(row, re.ASCII)
    except re.error:  # a range the wrong way round
        return False
    return True


@functools.lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    if not is_pattern(pattern):  # never put in force (vault/policy/checking.py); still nothing here compiles anything
        raise InputError("policy.unreadable", fault=pattern)
    return re.compile(pattern, re.ASCII)
