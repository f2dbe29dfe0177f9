"""Makes the font that marks and converted pages are drawn with: a subset of Noto Sans CJK SC (SIL OFL 1.1).

Run by hand when the source font changes: ``python -m tools.fonts.build /path/to/NotoSansCJK-Regular.ttc``.
Kept: every ideograph of GBK and of the CJK block, Latin, Greek, Cyrillic, punctuation, kana. Dropped: hinting, layout.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

TARGET = Path(__file__).resolve().parents[2] / "vault/marking/font/NotoSansCJKsc-Subset.otf"
RANGES = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x300, 0x36F),
    (0x370, 0x3FF),
    (0x400, 0x4FF),
    (0x1E00, 0x1EFF),
    (0x2000, 0x206F),
    (0x20A0, 0x20BF),
    (0x2100, 0x214F),
    (0x2150, 0x22FF),
    (0x2460, 0x24FF),
    (0x2500, 0x25FF),
    (0x3000, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF00, 0xFFEF),
)


def main() -> int:
    source = Path(sys.argv[1])
    fonts = TTCollection(str(source), lazy=True).fonts
    font = next(each for each in fonts if "SC" in each["name"].getDebugName(1).split())
    wanted = {code for first, last in RANGES for code in range(first, last + 1)}
    wanted -= {code for code in range(0x3400, 0x4DC0) if not _in_gbk(code)}
    options = subset.Options(
        layout_features=[],
        hinting=False,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 4, 5, 6, 13, 14],
        drop_tables=["vhea", "vmtx", "VORG", "BASE", "GPOS", "GSUB", "GDEF"],
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    font.save(str(TARGET))
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes, {len(font.getBestCmap())} characters")
    return 0


def _in_gbk(code: int) -> bool:
    try:
        chr(code).encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
