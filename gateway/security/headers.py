"""Headers on every answer: what the browser may do with it, and that nobody keeps it.

The policy allows nothing but our own style sheet, scripts, images and forms; there is no inline script or style, so
no nonce either. Page images reach the viewer as blobs made by our own script.
"""

from __future__ import annotations

from flask import Flask, Response, g

from gateway.settings import WebSettings

_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
)
CONTENT_SECURITY_POLICY = "; ".join(_POLICY)
_NOTHING_PERMITTED = "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), payment=()"
_POSITION_PERMITTED = _NOTHING_PERMITTED.replace("geolocation=()", "geolocation=(self)")
FIXED_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _NOTHING_PERMITTED,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
TRANSPORT_SECURITY = "max-age=63072000; includeSubDomains"
KEPT_FOREVER = "public, max-age=31536000, immutable"


def permit_geolocation() -> None:
    """Lets this one answer's page ask the browser for its position; the browser still asks the person."""
    g.permits_geolocation = True


def add_headers(app: Flask, settings: WebSettings) -> None:
    """Registers the headers. An answer that is not marked as public by its view is kept by nobody."""

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.update(FIXED_HEADERS)
        if "permits_geolocation" in g:
            response.headers["Permissions-Policy"] = _POSITION_PERMITTED
        if settings.is_https:
            response.headers["Strict-Transport-Security"] = TRANSPORT_SECURITY
        if response.headers.get("Cache-Control") != KEPT_FOREVER:
            response.headers["Cache-Control"] = "no-store, private"
            response.headers["Vary"] = "Cookie"
            if "Accept-Ranges" not in response.headers:  # a download that broke goes on by its validator
                response.headers.pop("ETag", None)
            response.headers.pop("Last-Modified", None)
        response.headers["X-Request-Id"] = g.get("request_id", "")
        response.headers.pop("Server", None)
        return response
