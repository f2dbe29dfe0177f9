"""What must hold between the values of a policy before anybody may propose it, and what deserves a second look.

Types and bounds of single values are the document's own (:mod:`vault.policy.fields`). Here stands what only several
values together get wrong: each check yields faults, and a policy with any is refused whole.
"""

from __future__ import annotations

import datetime as dt
import itertools
import unicodedata
import zoneinfo
from collections.abc import Callable, Iterator

from vault.model import Classification, ReasonCategory
from vault.policy.case_numbers import is_pattern
from vault.policy.class_names import class_titles
from vault.policy.document import MOST_BYTES, Policy, encode_policy
from vault.policy.fields import Fault
from vault.policy.hours import read_span
from vault.policy.limits import limits_for


def check_policy(policy: Policy) -> list[Fault]:
    """Every reason why this policy contradicts itself; empty if it can be put in force."""
    return [fault for check in _CHECKS for fault in check(policy)]


def remarks_on(policy: Policy) -> list[Fault]:
    """What is allowed and yet seldom meant: said to whoever proposes and whoever decides."""
    return [*_looser_classes(policy), *_leases(policy)]


def _size(policy: Policy) -> Iterator[Fault]:
    size = len(encode_policy(policy))
    if size > MOST_BYTES:
        yield Fault("", "policy.too_long", {"size": size, "most": MOST_BYTES})


def _class_names(policy: Policy) -> Iterator[Fault]:
    """A name that is blank, or that two classes share, would show one class as another."""
    for each in Classification:
        own = policy.for_class(each)
        for language, name in (("en", own.name_en), ("zh", own.name_zh)):
            if name is not None and not _is_a_name(name):
                yield Fault(f"classes.{each.value}.name_{language}", "policy.class_name", {})
    titles = class_titles(policy)
    for first, second in itertools.combinations(Classification, 2):
        for language in ("en", "zh"):
            names = {titles[each].in_language(language).strip().casefold() for each in (first, second)}
            if len(names) == 1:
                params = {"name": titles[second].in_language(language)}
                yield Fault(f"classes.{second.value}.name_{language}", "policy.class_twice", params)


def _times(policy: Policy) -> Iterator[Fault]:
    """A zone, a span or a day by which no clock could go."""
    if policy.timezone not in zoneinfo.available_timezones():
        yield Fault("timezone", "policy.timezone", {})
    for text in policy.hours.spans:
        span = read_span(text)
        if span.begins >= span.ends:
            yield Fault("hours.spans", "policy.span", {"span": text})
    for day in policy.hours.holidays:
        if not _is_date(day):
            yield Fault("hours.holidays", "policy.date", {"day": day})


def _case_numbers(policy: Policy) -> Iterator[Fault]:
    """A pattern that is none would refuse every case number, or be slow to."""
    for category in ReasonCategory:
        pattern = policy.requests.case_numbers.pattern_for(category)
        if pattern is not None and not is_pattern(pattern):
            yield Fault(f"requests.case_numbers.{category.value}", "policy.case_pattern", {"pattern": pattern})


def _leases(policy: Policy) -> Iterator[Fault]:
    """A longest lease that is no longer than every lease there is could never be asked for."""
    most = policy.requests.most_lease_minutes
    shortest = min(limits_for(policy, each).lease_minutes for each in Classification)
    if most < shortest:
        params: dict[str, str | int] = {"most": most, "shortest": shortest}
        yield Fault("requests.most_lease_minutes", "policy.lease_unreachable", params)


def _looser_classes(policy: Policy) -> Iterator[Fault]:
    """A higher class that gives more views, or longer ones, than the class below it."""
    for lower, higher in itertools.pairwise(Classification):
        below, above = limits_for(policy, lower), limits_for(policy, higher)
        words: dict[str, str | int] = {"lower": lower.value, "higher": higher.value}
        if above.views > below.views:
            yield Fault(f"classes.{higher.value}.views", "policy.looser_views", words)
        if above.lease_minutes > below.lease_minutes:
            yield Fault(f"classes.{higher.value}.lease_minutes", "policy.looser_lease", words)


def _is_date(words: str) -> bool:
    try:
        dt.date.fromisoformat(words)
    except ValueError:
        return False
    return True


def _is_a_name(name: str) -> bool:
    visible = [mark for mark in name if unicodedata.category(mark)[0] in "LN"]
    return bool(visible) and name == name.strip() and all(mark.isprintable() for mark in name)


_CHECKS: tuple[Callable[[Policy], Iterator[Fault]], ...] = (_size, _class_names, _times, _case_numbers)
