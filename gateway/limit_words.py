"""Working hours and places in words, in either language; for screens and for the command line."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator

from babel import Locale
from babel.dates import get_day_names
from babel.lists import format_list

from gateway.cli.words import say
from vault.access.explaining import Explanation
from vault.model import Place
from vault.policy.document import WorkingHours
from vault.policy.hours import read_span
from vault.policy.places import Places

MOST_COUNTRIES_NAMED = 8


def hours_words(hours: WorkingHours, *, locale: str) -> str:
    """The spans of the week, such as "Mon–Fri 08:00–18:00; Sat 09:00–12:00"."""
    return "; ".join(hours_spans(hours, locale=locale))


def hours_spans(hours: WorkingHours, *, locale: str) -> list[str]:
    """Each span of the week by itself."""
    spans = [(_days_words(read_span(text).days, locale), text.split(" ")[1]) for text in hours.spans]
    return [f"{days} {times.replace('-', '–')}" for days, times in spans]


def places_words(places: Places, *, locale: str) -> str:
    """The zones by their names and the countries by theirs."""
    countries = [country_words(code, locale=locale) for code in places.countries]
    if len(countries) > MOST_COUNTRIES_NAMED:
        countries = list(places.countries)
    return format_list([*places.zones, *countries], style="or", locale=locale)


def further_limits(found: Explanation, *, locale: str) -> Iterator[str]:
    """What limits views besides their number and length, where anything does."""
    limits = found.limits
    if limits.window_days is not None:
        yield say(locale, "limit_window", days=limits.window_days)
    if limits.views_a_day is not None:
        yield say(locale, "limit_day", used=found.used_today, allowed=limits.views_a_day)
    if limits.views_a_day_of_class is not None:
        yield say(locale, "limit_day_class", used=found.used_today_of_class, allowed=limits.views_a_day_of_class)
    if limits.pages is not None:
        yield say(locale, "limit_pages", pages=limits.pages)
    if limits.hours is not None:
        hours = hours_words(limits.hours, locale=locale)
        yield say(locale, "limit_hours", hours=hours, zone=limits.timezone)
    if found.ends_by == "hours":
        local = found.ends_at.astimezone(zoneinfo.ZoneInfo(limits.timezone))
        yield say(locale, "limit_ends", at=f"{local:%H:%M}", zone=limits.timezone)
    if limits.places.are_limited:
        yield say(locale, "limit_places", places=places_words(limits.places, locale=locale))
    if limits.position != "never":
        yield say(locale, f"limit_position_{limits.position}")


def country_words(code: str, *, locale: str) -> str:
    """The name of a country by its two letters; the letters where it has none."""
    return str(Locale.parse(locale).territories.get(code, code))


def located_words(place: Place, *, locale: str) -> str:
    """What the location database says of an address: city and country."""
    country = country_words(place.country, locale=locale) if place.country else ""
    return " · ".join(filter(None, (place.city, country)))


def _days_words(days: tuple[int, ...], locale: str) -> str:
    names = get_day_names("abbreviated", context="stand-alone", locale=locale)
    return names[days[0]] if len(days) == 1 else f"{names[days[0]]}–{names[days[-1]]}"
