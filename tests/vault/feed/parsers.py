"""Small parsers of what feeds send, written from the specifications and from nothing of the product.

Each is strict: what the specification does not allow is a ValueError, so a value that breaks out of its place is found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_PRINTABLE = r"[\x21-\x7e]"
_HEADER = re.compile(
    rf"<(?P<pri>[0-9]{{1,3}})>1 (?P<time>\S+) (?P<host>{_PRINTABLE}{{1,255}}) (?P<app>{_PRINTABLE}{{1,48}}) "
    rf"(?P<procid>{_PRINTABLE}{{1,128}}) (?P<msgid>{_PRINTABLE}{{1,32}}) "
)
_SD_NAME = re.compile(r'[^\x00-\x20\x7f-\U0010ffff=\]"]{1,32}')
_CEF_KEY = re.compile(r"(?:^|(?<= ))([A-Za-z0-9_.]+)=")


@dataclass
class SyslogMessage:
    """RFC 5424, taken apart."""

    priority: int
    time: str
    host: str
    app: str
    msgid: str
    data: dict[str, dict[str, str]] = field(default_factory=dict)
    text: str = ""

    @property
    def facility(self) -> int:
        return self.priority // 8

    @property
    def severity(self) -> int:
        return self.priority % 8


def parse_syslog(content: bytes) -> SyslogMessage:
    """RFC 5424, section 6: header, structured data, text."""
    text = content.decode("utf-8")
    header = _HEADER.match(text)
    if header is None or int(header["pri"]) > 191:
        raise ValueError("no header")
    message = SyslogMessage(int(header["pri"]), header["time"], header["host"], header["app"], header["msgid"])
    rest = text[header.end() :]
    if rest.startswith("-"):
        rest = rest[1:]
    else:
        while rest.startswith("["):
            name, params, rest = _element(rest)
            if name in message.data:
                raise ValueError("an SD-ID twice")
            message.data[name] = params
        if not message.data:
            raise ValueError("no structured data")
    if rest and not rest.startswith(" "):
        raise ValueError("no space before the text")
    message.text = rest[1:]
    return message


def _element(text: str) -> tuple[str, dict[str, str], str]:
    name = _SD_NAME.match(text, 1)
    if name is None:
        raise ValueError("no SD-ID")
    at, params = name.end(), {}
    while text[at] == " ":
        key = _SD_NAME.match(text, at + 1)
        if key is None or text[key.end() : key.end() + 2] != '="':
            raise ValueError("no PARAM-NAME")
        value, at = [], key.end() + 2
        while text[at] != '"':
            if text[at] == "]":
                raise ValueError("a bracket that is not escaped")
            if text[at] == "\\" and text[at + 1] in '"\\]':
                at += 1
            value.append(text[at])
            at += 1
        params[key[0]] = "".join(value)
        at += 1
    if text[at] != "]":
        raise ValueError("no end of the element")
    return name[0], params, text[at + 1 :]


def parse_frames(content: bytes) -> tuple[list[bytes], bytes]:
    """RFC 6587, section 3.4.1: whole messages, and the beginning of one that is not whole yet."""
    messages = []
    while True:
        length, space, rest = content.partition(b" ")
        if not space:
            if content and not content.isdigit():
                raise ValueError("no MSG-LEN")
            return messages, content
        if not length.isdigit() or length.startswith(b"0"):
            raise ValueError("no MSG-LEN")
        if len(rest) < int(length):
            return messages, content
        messages.append(rest[: int(length)])
        content = rest[int(length) :]


@dataclass
class CefEvent:
    """CEF, taken apart: the seven fields of the header, and the extension."""

    header: list[str]
    extension: dict[str, str]


def parse_cef(line: str) -> CefEvent:
    """Header up to the seventh bar that is not escaped; the extension by keys that follow a space or begin it."""
    if not line.startswith("CEF:") or any(each in line for each in "\r\n"):
        raise ValueError("not one line of CEF")
    fields, at = [""], 4
    while len(fields) < 8:
        if line[at] == "\\":
            if line[at + 1] not in "\\|":
                raise ValueError("an escape that the header does not know")
            fields[-1] += line[at + 1]
            at += 2
        elif line[at] == "|":
            fields.append("")
            at += 1
        else:
            fields[-1] += line[at]
            at += 1
    return CefEvent(fields[:7], _extension(line[at:]))


def _extension(text: str) -> dict[str, str]:
    found = [match for match in _CEF_KEY.finditer(text) if not text[: match.end() - 1].endswith("\\")]
    if found and found[0].start() != 0:
        raise ValueError("a value before the first key")
    values = {}
    for match, after in zip(found, [*found[1:], None], strict=True):
        raw = text[match.end() : after.start() - 1 if after else len(text)]
        if match[1] in values:
            raise ValueError(f"{match[1]} twice")
        values[match[1]] = _unescaped(raw)
    return values


def _unescaped(raw: str) -> str:
    if re.search(r"(?<!\\)(?:\\\\)*=", raw):
        raise ValueError("an equals sign that is not escaped")
    known = {"\\": "\\", "=": "=", "n": "\n", "r": "\r"}

    def meant(match: re.Match[str]) -> str:
        if match[1] not in known:
            raise ValueError("an escape that the extension does not know")
        return known[match[1]]

    return re.sub(r"\\(.)", meant, raw)
