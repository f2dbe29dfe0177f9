"""Working hours and places in words, in either language; for screens and for the command line."""

from __future__ import annotations

from babel import Locale
from babel.dates import get_day_names
from babel.lists import format_list

from vault.policy.document import WorkingHours
from vault.policy.hours import read_span
from vault.policy.places import Places

MOST_COUNTRIES_NAMED = 8


def hours_words(hours: WorkingHours, *, locale: str) -> str:
    """The spans of the week, such as "Mon–Fri 08:00–18:00; Sat 09:00–12:00"."""
    spans = [(_days_words(read_span(text).days, locale), text.split(" ")[1]) for text in hours.spans]
    return "; ".join(f"{days} {times.replace('-', '–')}" for days, times in spans)


def places_words(places: Places, *, locale: str) -> str:
    """The zones by their names and the countries by theirs."""
    territories = Locale.parse(locale).territories
    countries = [str(territories.get(code, code)) for code in places.countries]
    if len(countries) > MOST_COUNTRIES_NAMED:
        countries = list(places.countries)
    return format_list([*places.zones, *countries], style="or", locale=locale)


def _days_words(days: tuple[int, ...], locale: str) -> str:
    names = get_day_names("abbreviated", context="stand-alone", locale=locale)
    return names[days[0]] if len(days) == 1 else f"{names[days[0]]}–{names[days[-1]]}"
