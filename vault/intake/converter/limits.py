"""How much one document may cost, and what a converted page is.

Guarantees: every figure is positive, so no limit can be switched off by a zero. Enforced twice: by the child, which
knows why, and by the parent, which does not believe the child. Source: ASVS 5.0.0 5.2.1 and 5.2.6.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class ConversionLimits:
    """Limits of one conversion. The defaults let a scanned file of 2,000 A4 pages through.

    ``memory_bytes`` is address space beyond the source itself. ``cpu_seconds`` is processor time of the child;
    ``wall_seconds`` is the time the parent waits for the child, without the time the caller spends between pages.
    ``pixels_per_page`` bounds a page or image *before* it is scaled; a side of a page image never exceeds
    ``edge_pixels``; ``total_pixels``, ``output_bytes`` and ``text_bytes`` bound what comes out altogether.
    """

    source_bytes: int = 512 * MEBIBYTE
    memory_bytes: int = 1536 * MEBIBYTE
    cpu_seconds: int = 600
    wall_seconds: int = 900
    pages: int = 2_000
    pixels_per_page: int = 120_000_000
    total_pixels: int = 12_000_000_000
    output_bytes: int = 2048 * MEBIBYTE
    text_bytes: int = 64 * MEBIBYTE
    dots_per_inch: int = 150
    edge_pixels: int = 3_508

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) < 1:
                raise ValueError(f"{field.name} must be at least 1")
        if self.edge_pixels > 16_383:
            raise ValueError("edge_pixels is at most 16,383: the side of a WebP image")


@dataclass(frozen=True, slots=True)
class ConvertedPage:
    """One page: ``number`` from 1, a lossless WebP of an RGB image without metadata, its size, and its text (NFC)."""

    number: int
    image: bytes
    width: int
    height: int
    text: str
