"""What stands in a column, whatever somebody with the database wrote there.

SQLite keeps a text in a column of integers and a number in a column of bytes. Whoever verifies must find that, not
stumble over it: here each becomes something of the column's kind that nothing of ours would have written.
"""

from __future__ import annotations

import datetime as dt

LARGEST_NUMBER = 2**53 - 1
"""The largest place or size: leaves hold no larger integer."""
NO_TIME = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def as_bytes(value: object) -> bytes:
    """The bytes; of anything else its text."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")


def as_number(value: object) -> int:
    """The place, size or number; -1 where it is none."""
    return value if type(value) is int and 0 <= value <= LARGEST_NUMBER else -1


def as_time(milliseconds: object) -> dt.datetime:
    """The time, of whole milliseconds since 1970; 1970 where it is none."""
    try:
        return NO_TIME + dt.timedelta(milliseconds=as_number(milliseconds))
    except OverflowError:
        return NO_TIME
