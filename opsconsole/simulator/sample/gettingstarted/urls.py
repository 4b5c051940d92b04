"""The one address of the sample app."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def hello(_request: HttpRequest) -> HttpResponse:
    """Say hello."""
    return HttpResponse("Bonjour !")


urlpatterns = [path("", hello)]
