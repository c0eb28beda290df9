"""Chinese, which has what a shop reads: elsewhere a reader of Chinese is answered in their next language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from recours.ui.language import lang

SPACES = ("seller", "staff", "notices", "phone")
"""Namespaces whose pages are in Chinese: a shop's own, and what its people pass on the way."""

ROUTES = ("account_", "mfa_", "set_language", "start")
"""How the names of such routes begin that have no namespace."""


def is_in_chinese(view_name: str) -> bool:
    """Whether a route's page is written in Chinese."""
    space, _, name = view_name.rpartition(":")
    return space in SPACES if space else name.startswith(ROUTES)


class ChineseWhereItIs:
    """Activate another language for a page that has no Chinese, before it is drawn."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Half a page in Chinese would be read by nobody."""
        found = request.resolver_match
        if lang() == "zh" and not (found and is_in_chinese(found.view_name)):
            other = _next_language(request)
            translation.activate(other)
            request.LANGUAGE_CODE = other


def _next_language(request: HttpRequest) -> str:
    """Return the first language that the browser accepts and that is not Chinese; English where it names none."""
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    known = {code for code, _ in settings.LANGUAGES if code != "zh-hans"}
    return next((code[:2] for code, _ in accepted if code[:2] in known), "en")
