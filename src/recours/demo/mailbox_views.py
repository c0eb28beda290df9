"""The demo's mailbox: what would have left, and answering it from outside the site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from recours import clock
from recours.channels.commands import ingest
from recours.channels.mail.answers import because
from recours.demo.mailbox import Kept, all_mail, composed, read, recipients
from recours.files.limits import DEFAULT
from recours.outbox.sending import send_due
from recours.rules.wording import say
from recours.ui.language import lang

HTML_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline';"
    " img-src data:; frame-ancestors 'self'"
)
ELSEWHERE = '<base target="_blank">'
"""Links of a mail open beside it, as they do in a mail program; no page of the site may stand in a frame."""


class AnswerForm(forms.Form):
    """What somebody types into another mail program."""

    sender = forms.EmailField(
        label=gettext_lazy("De"),
        help_text=gettext_lazy(
            "Changez l’adresse pour voir ce que devient le courriel de quelqu’un d’autre."
        ),
    )
    text = forms.CharField(
        label=gettext_lazy("Votre réponse"), max_length=20_000, widget=forms.Textarea({"rows": 6})
    )
    attachment = forms.FileField(label=gettext_lazy("Pièce jointe"), required=False)


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every mail that would have left, the latest first; those to one person when the address names one."""
    send_due()
    wanted = request.GET.get("to", "").strip().lower()[:254]
    context = {"mails": all_mail(recipient=wanted), "recipients": recipients(), "wanted": wanted}
    return render(request, "demo/mailbox.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, number: str) -> HttpResponse:
    """One mail, and a form that answers it as another program would."""
    mail = _mail(number)
    form = AnswerForm(request.POST or None, request.FILES or None, initial={"sender": mail.recipient})
    if request.method == "POST" and form.is_valid():
        _answer(request, mail, form.cleaned_data)
        return redirect("demo:letter", number)
    context = {"mail": mail, "form": form, "html_url": reverse("demo:letter_html", args=[number])}
    return render(request, "demo/letter.html", context, status=422 if form.is_bound else 200)


@require_safe
@xframe_options_sameorigin
def letter_html(request: HttpRequest, number: str) -> HttpResponse:
    """The HTML of one mail alone, for the frame that shows it: it may neither run nor fetch anything."""
    response = HttpResponse(ELSEWHERE + _mail(number).html)
    response.headers["Content-Security-Policy"] = HTML_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _mail(number: str) -> Kept:
    mail = read(number)
    if mail is None:
        raise Http404
    return mail


def _answer(request: HttpRequest, mail: Kept, given: dict[str, Any]) -> None:
    upload = given["attachment"]
    file = (str(upload.name), upload.read(DEFAULT.max_bytes + 1)) if upload else None
    now = clock.now()
    raw = composed(mail, sender=given["sender"].lower(), text=given["text"], attachment=file, now=now)
    row = ingest(raw, source="demo", now=now)
    outcome = f"mail.outcome.{row.outcome}"
    messages.success(
        request,
        _("Le courriel est parti, et voici ce qu’il est devenu : %(outcome)s. %(why)s")
        % {"outcome": say(lang(), outcome), "why": because(row.because, lang())},
    )
