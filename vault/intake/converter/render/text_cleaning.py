"""Text of a page made safe to show, search and read aloud: pure.

Guarantees: NFC; line ends are ``\\n``; no control characters but ``\\n`` and tab, no lone surrogates or
noncharacters, no bidirectional overrides and isolates (Trojan Source, CVE-2021-42574). Single direction marks stay:
honest Arabic and Hebrew text has them.
"""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


def clean_text(text: str) -> str:
    """``text`` as described above; never raises."""
    return unicodedata.normalize("NFC", _UNWANTED.sub("", _LINE_ENDS.sub("\n", text)))
