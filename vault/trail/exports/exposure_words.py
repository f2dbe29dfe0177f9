"""What a report and the command line say of an exposure in the reader's language: counts, moments, the spike."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass

from vault.model import ReasonCategory
from vault.policy.exposure import Weeks
from vault.trail.exports.sheet import ExportWords


@dataclass(frozen=True, slots=True)
class ExposureWords:
    """The words of one reader: their language (``en`` or ``zh_Hans_CN``) and their time zone."""

    words: ExportWords
    locale: str
    zone: zoneinfo.ZoneInfo

    def phrase(self, name: str, **values: str | int) -> str:
        """A line about an exposure by its name."""
        return self.words.phrase(f"exposure_{name}", locale=self.locale, **values)

    def moment(self, moment: dt.datetime | None) -> str:
        """In the reader's zone, with its offset; '' for never."""
        if moment is None:
            return ""
        return moment.astimezone(self.zone).isoformat(sep=" ", timespec="minutes").replace("+", " +")

    def counted(self, numbers: Mapping[str, int]) -> str:
        """``Head office 3, Paris 1``; the most first."""
        ordered = sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))
        return ", ".join(f"{name} {number}".strip() for name, number in ordered)

    def reasons(self, numbers: Mapping[str, int]) -> str:
        """The same of categories of reasons, in words."""
        ordered = sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))
        return ", ".join(f"{self._category(name)} {number}" for name, number in ordered)

    def spike(self, weeks: Weeks, *, out_since: dt.datetime | None) -> str:
        """The last weeks beside their ordinary ones, and which moment all of these lie before."""
        back = self.phrase("back_from_end" if out_since else "back_from", moment=self.moment(weeks.until))
        return f"{self._spike(weeks)}{back}"

    def _spike(self, weeks: Weeks) -> str:
        since = weeks.highest.since.astimezone(self.zone).date().isoformat()
        if weeks.ordinary is None or weeks.factor is None:
            return self.phrase("too_short", views=weeks.highest.views, since=since)
        return self.phrase(
            "spike",
            views=weeks.highest.views,
            since=since,
            ordinary=f"{weeks.ordinary:g}",
            factor=f"{weeks.factor:g}",
        )

    def _category(self, name: str) -> str:
        return self.words.value(ReasonCategory(name), locale=self.locale) if name else self.phrase("hidden")
