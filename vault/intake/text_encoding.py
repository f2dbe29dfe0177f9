"""In which of the few allowed encodings bytes are text: pure, used when sniffing and when rendering.

Guarantees: a byte order mark decides; without one UTF-8 comes before GB18030, since Chinese text in GB18030 is hardly
ever valid UTF-8 while the reverse often holds. UTF-16 needs its mark. Bytes with NUL or other controls are no text.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WITHOUT_MARK = ("utf-8", "gb18030")
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode_text(content: bytes, *, is_beginning: bool = False) -> str | None:
    """``content`` as text, or None. ``is_beginning``: it was cut off anywhere, also inside a character."""
    for encoding in _candidates(content):
        try:
            text = codecs.getincrementaldecoder(encoding)("strict").decode(content, final=not is_beginning)
        except UnicodeDecodeError:
            continue
        return None if _BINARY.search(text) else text
    return None


def _candidates(content: bytes) -> tuple[str, ...]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return (encoding,)
    return _WITHOUT_MARK
