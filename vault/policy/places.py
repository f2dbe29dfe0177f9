"""Whether a place is one of those that a class opens in."""

from __future__ import annotations

from dataclasses import dataclass

from vault.policy.decision import ALLOWED, Decision, denied


@dataclass(frozen=True, slots=True)
class Places:
    """Zones of the network by their names, and countries by their two letters; none of either: everywhere."""

    zones: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()

    @property
    def are_limited(self) -> bool:
        return bool(self.zones or self.countries)


EVERYWHERE = Places()


def decide_place(places: Places, *, zone: str, country: str) -> Decision:
    """``zone`` and ``country`` as the network and the location database say, '' where they do not.

    A country that is not known is said as such, since it is the operator's to mend; it still opens nothing.
    """
    if not places.are_limited:
        return ALLOWED
    if zone in places.zones or country in places.countries:
        return ALLOWED
    if places.countries and not zone and not country:
        return denied("denied.country_unknown")
    return denied("denied.place")
