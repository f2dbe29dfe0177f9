"""Where a page of a list begins: behind the row that the page before ended with, named by its id."""

from __future__ import annotations

import re

from gateway.security.access import IdConverter

_ID = re.compile(IdConverter.regex)


def behind(sent: str) -> str:
    """The id as it was sent; '' for what is formed like none: the list then begins at its beginning."""
    return sent if _ID.fullmatch(sent) else ""
