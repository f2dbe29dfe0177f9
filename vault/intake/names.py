"""A file's name made safe to show and to send as a header: pure.

Guarantees: the answer is one line of NFC text of at most 200 UTF-8 bytes without controls, bidirectional overrides,
path separators, lone surrogates or leading and trailing dots and spaces, is no device name, and is never empty. It is
metadata only: no path in the vault is ever made from it. Source: ASVS 5.0.0 5.3.2.
"""

from __future__ import annotations

import os
import re
import unicodedata

LONGEST_NAME_BYTES = 200
UNTITLED = "untitled"

_SEPARATORS = re.compile(r"[/\\]")
_UNWANTED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_FORBIDDEN_ELSEWHERE = re.compile('[<>:"|?*]')
_SPACES = re.compile(r"\s+")
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)")
_EXTENSION = re.compile(r"\.[0-9A-Za-z]{1,9}$")


def safe_name(name: str | bytes) -> str:
    """The last part of ``name`` as a safe file name with its extension. Bytes that are not UTF-8 become U+FFFD."""
    text = name if isinstance(name, str) else os.fsdecode(name)
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    text = unicodedata.normalize("NFC", _SEPARATORS.split(text.rstrip("/\\"))[-1])
    text = _UNWANTED.sub("", _SPACES.sub(" ", text).replace("\ufffd", "_"))
    text = _FORBIDDEN_ELSEWHERE.sub("_", text).strip(" .")
    if _DEVICE.match(text):
        text = f"_{text}"
    return _shortened(text) or UNTITLED


def display_title(name: str | bytes) -> str:
    """A title for the document called ``name``: its safe name without the extension."""
    return _EXTENSION.sub("", safe_name(name)).strip(" .") or UNTITLED


def _shortened(name: str) -> str:
    """At most :data:`LONGEST_NAME_BYTES`, cut before the extension and never inside a character."""
    if len(name.encode("utf-8")) <= LONGEST_NAME_BYTES:
        return name
    match = _EXTENSION.search(name)
    extension = match.group() if match else ""
    stem = name.removesuffix(extension).encode("utf-8")[: LONGEST_NAME_BYTES - len(extension)]
    return stem.decode("utf-8", "ignore").rstrip(" .") + extension
