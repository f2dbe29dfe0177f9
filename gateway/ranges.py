"""Which part of a file a browser asks for (RFC 9110, section 14), so that a broken download goes on where it stopped.

One part is answered; several at once, another unit or what is no range at all gets the whole file, as the RFC allows.
``If-Range`` must hold the file's strong validator: after a date, or for a file that has changed, the whole is sent.
"""

from __future__ import annotations

from werkzeug.datastructures import Headers
from werkzeug.http import parse_range_header


def asked_part(headers: Headers, *, file_bytes: int, validator: str) -> tuple[int, int | None] | None:
    """First and last byte, both included, with None for the end; None for the whole file.

    The first may lie beyond the end: whoever delivers refuses that with 416.
    """
    asked = parse_range_header(headers.get("Range"))
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    condition = headers.get("If-Range")
    if condition is not None and condition.strip() != f'"{validator}"':  # a weak one is none (RFC 9110, 13.1.5)
        return None
    begin, end = asked.ranges[0]
    if begin < 0:  # the last so many bytes
        return max(file_bytes + begin, 0), None
    return begin, None if end is None else end - 1
