"""Whether a request was made by one of our own pages.

Browsers say so in Sec-Fetch-Site, which no page can forge; older ones send Origin with every form. A request that
changes something and carries neither is refused: no supported browser sends it. This holds for signing in and out too,
where no session stands behind a form's token yet (ASVS 5.0.0 3.5.1, 3.5.3, 3.5.8).
"""

from __future__ import annotations

from werkzeug.datastructures import Headers

SAFE_METHODS = frozenset({"GET", "HEAD"})
_OWN_SITES = frozenset({"same-origin", "none"})
_BARE_DESTINATIONS = frozenset({"document", "iframe", "frame", "embed", "object"})


def is_own_form(headers: Headers, *, origin: str) -> bool:
    """For methods that change something: our own page sent it."""
    sent_origin = headers.get("Origin")
    if sent_origin is not None and sent_origin not in {origin, "null"}:
        return False
    site = headers.get("Sec-Fetch-Site")
    return site in _OWN_SITES if site is not None else sent_origin == origin


def is_own_fetch(headers: Headers) -> bool:
    """For images and other pieces of a page: not embedded elsewhere and not shown as a page of its own."""
    if headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    return headers.get("Sec-Fetch-Dest", "") not in _BARE_DESTINATIONS


def is_own_visit(headers: Headers) -> bool:
    """For pages that leave a record of who looked: the person came from a page of ours, or typed or kept the address.

    Neither a link on another site nor a browser that fetches ahead is somebody who looks.
    """
    is_ahead = "prefetch" in headers.get("Sec-Purpose", headers.get("Purpose", ""))
    return headers.get("Sec-Fetch-Site", "none") in _OWN_SITES and not is_ahead
