"""Makes the fonts that come with the program, from fonts of the Noto family (SIL OFL 1.1).

Run by hand when a source font changes: ``python -m tools.fonts.build NotoSansCJK-Regular.ttc NotoSans-Regular.ttf``.

- ``NotoSansCJKsc-Subset.otf``: every ideograph of GBK and of the CJK block, kana, punctuation, the commonest letters;
- ``NotoSansCJKsc-Rare.otf``: the ideographs beyond those, which occur in personal names;
- ``NotoSans-Subset.ttf``: Latin, Greek and Cyrillic as a whole, which the family's Chinese fonts have in part only.

Dropped: hinting, layout.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

FOLDER = Path(__file__).resolve().parents[2] / "vault/marking/font"
LETTERS = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x300, 0x36F),
    (0x370, 0x3FF),
    (0x400, 0x52F),
    (0x1E00, 0x1EFF),
    (0x2000, 0x206F),
    (0x20A0, 0x20BF),
)
OTHERS = (
    (0x2100, 0x214F),
    (0x2150, 0x22FF),
    (0x2460, 0x24FF),
    (0x2500, 0x25FF),
    (0x3000, 0x30FF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF00, 0xFFEF),
)
EXTENSION_A = (0x3400, 0x4DBF)
BEYOND = (0x20000, 0x3FFFF)


def main() -> int:
    chinese, latin = (Path(argument) for argument in sys.argv[1:3])
    fonts = TTCollection(str(chinese), lazy=True).fonts
    number = next(n for n, each in enumerate(fonts) if "SC" in each["name"].getDebugName(1).split())
    rare = {code for code in _codes([EXTENSION_A]) if not _in_gbk(code)}
    common = _codes([*LETTERS, *OTHERS, EXTENSION_A]) - rare - set(range(0x500, 0x530))
    _make("NotoSansCJKsc-Subset.otf", TTFont(str(chinese), fontNumber=number), common)
    _make("NotoSansCJKsc-Rare.otf", TTFont(str(chinese), fontNumber=number), rare | _codes([BEYOND]))
    _make("NotoSans-Subset.ttf", TTFont(str(latin)), _codes(LETTERS))
    return 0


def _make(name: str, font: TTFont, wanted: set[int]) -> None:
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
    font.save(str(FOLDER / name))
    print(f"{name}: {(FOLDER / name).stat().st_size:,} bytes, {len(font.getBestCmap())} characters")


def _codes(ranges: Iterable[tuple[int, int]]) -> set[int]:
    return {code for first, last in ranges for code in range(first, last + 1)}


def _in_gbk(code: int) -> bool:
    try:
        chr(code).encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
