"""Pages that belong to no face: the door, accessibility, the appearance, what went wrong."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from recours.ui.style_guide import sample

THEMES = ("light", "dark")
THEME_COOKIE = "theme"
THEME_COOKIE_SECONDS = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What Recours is, for who is signed out; others go to LOGIN_REDIRECT_URL."""
    inside = resolve_url(settings.LOGIN_REDIRECT_URL)
    if request.user.is_authenticated and inside != request.path:
        return redirect(inside)
    return render(request, "ui/pages/home.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement, which French law asks of e-commerce services."""
    return render(request, "ui/pages/accessibility.html")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember a light or a dark appearance in a cookie that the browser's script may write too."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = redirect(back)
    set_theme(request, response, request.POST.get("theme", ""))
    return response


def set_theme(request: HttpRequest, response: HttpResponse, chosen: str) -> None:
    """Remember an appearance with an answer; whatever is not one of them is the system's own."""
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE, chosen, max_age=THEME_COOKIE_SECONDS, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is too old or came from elsewhere. Nothing was done, and the page says how to go on."""
    return render(request, "ui/pages/csrf.html", status=403)


@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component with invented data; exists in the demo, in development and in the tests only."""
    return render(request, "ui/pages/style_guide.html", sample())
