"""The language of the pages: the one that somebody chose on this browser, French otherwise.

`Accept-Language` is left aside on purpose: the staff share machines that were set up in any language.
"""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


def chosen_language(cookies: Mapping[str, str]) -> str:
    chosen = cookies.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def language_from_cookie(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Set the language for the request and say it in `Content-Language`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        language = chosen_language(request.COOKIES)
        # Restored at the end: the thread serves others, and answers errors before any language is chosen.
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware
