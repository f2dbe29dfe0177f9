"""Which leaves have no body any more: how many, and their indices as ranges, the first few of them."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_RANGES = 8


@dataclass(slots=True)
class GoneBodies:
    """In the order of the walk. Of what lies behind the ranges that are kept only the number is known."""

    count: int = 0
    ranges: list[tuple[int, int]] = field(default_factory=list)
    """First and last index of each."""
    further: int = 0

    def add(self, position: int) -> None:
        self.count += 1
        if self.ranges and not self.further and self.ranges[-1][1] == position - 1:
            self.ranges[-1] = (self.ranges[-1][0], position)
        elif len(self.ranges) < MOST_RANGES:
            self.ranges.append((position, position))
        else:
            self.further += 1

    def __str__(self) -> str:
        """``1-72,80 +12``: ranges, and how many more."""
        told = ",".join(f"{first}-{last}" if first < last else str(first) for first, last in self.ranges)
        return f"{told} +{self.further}" if self.further else told
