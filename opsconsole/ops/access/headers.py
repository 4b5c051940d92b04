"""The security headers of every answer, error pages and redirects included, and the methods that we know."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
CLOSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS_POLICY = ", ".join([*(f"{feature}=()" for feature in CLOSED_FEATURES), "clipboard-write=(self)"])
# For a page with a button that pastes; the browser still asks the person
PASTING_POLICY = PERMISSIONS_POLICY.replace("clipboard-read=()", "clipboard-read=(self)")

Answer = Callable[[HttpRequest], HttpResponse]


def security_headers(get_response: Answer) -> Answer:
    """Complete the headers; refuse the methods that nothing here expects (a plain view answers TRACE)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        known = request.method in METHODS
        response = get_response(request) if known else HttpResponseNotAllowed(METHODS)
        complete(response)
        return response

    return middleware


def complete(response: HttpResponse) -> None:
    """Add what the answer does not say itself; a static file has said how long it may be kept."""
    for name, value in {
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS_POLICY,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
    }.items():
        response.headers.setdefault(name, value)
    content_type = response.headers.get("Content-Type", "")
    if content_type.startswith("text/") and "charset" not in content_type:
        response.headers["Content-Type"] = f"{content_type}; charset=utf-8"
