"""Transfers for the bank: the next file, the files made, and what the bank's own files say."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recours import clock
from recours.claims.forms import said
from recours.desk.views.door import for_agents
from recours.people.queries import identity
from recours.refunds.commands import BankFileRead, make_transfer_file, read_bank_file
from recours.refunds.commands.bank_files import LineRead, Verdict
from recours.refunds.hearing_words import why_unexplained
from recours.refunds.models import Refund, TransferFile
from recours.refunds.providers.sepa.provider import is_set_up
from recours.refunds.providers.sepa.reading import MOST_BYTES, Happened
from recours.refunds.queries import ready_for_transfer, transfer_files, unexplained_transfers
from recours.refunds.refusals import BankFileTooLarge
from recours.rules.access import Identity
from recours.rules.money import Money
from recours.rules.refusals import Refusal
from recours.rules.wording.format import money
from recours.ui.language import lang

FILES_SHOWN = 50
SECONDS = 15
"""How long the page acts on what a file says; the rest is a job's."""

HAPPENED = {
    Happened.DEBITED: gettext_lazy("versé"),
    Happened.RETURNED: gettext_lazy("renvoyé par la banque"),
    Happened.REJECTED: gettext_lazy("rejeté par la banque"),
    Happened.NOT_YET: gettext_lazy("pas encore comptabilisé"),
}
BECAME = {
    Verdict.APPLIED: gettext_lazy("noté sur le dossier"),
    Verdict.UNCHANGED: gettext_lazy("déjà su par un autre fichier"),
    Verdict.REPEATED: gettext_lazy("déjà lu"),
    Verdict.UNEXPLAINED: gettext_lazy("à vérifier : rien n’a été fait"),
    Verdict.LATER: gettext_lazy("gardé, sera traité dans la minute"),
    Verdict.NOT_YET: gettext_lazy("rien à noter pour l’instant"),
}


class BankFileForm(forms.Form):
    """A file as the bank gave it."""

    file = forms.FileField(
        label=gettext_lazy("Fichier de la banque"),
        help_text=gettext_lazy("Relevé camt.053, avis camt.054 ou compte rendu pain.002, 5 Mo au plus."),
        widget=forms.FileInput({"accept": ".xml,application/xml,text/xml"}),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        given: UploadedFile[bytes] = self.cleaned_data["file"]
        if (given.size or 0) > MOST_BYTES:
            raise ValidationError(said(BankFileTooLarge(megabytes=MOST_BYTES // 1024 // 1024)))
        return given


@require_safe
@for_agents
def transfers(request: HttpRequest) -> HttpResponseBase:
    """What the next file takes, the files made, and what the bank said that agrees with nothing."""
    return _draw(request, BankFileForm())


@require_POST
@for_agents
def make(request: HttpRequest) -> HttpResponseBase:
    """Make the next file; whoever presses a second time learns that nothing is left."""
    try:
        made = make_transfer_file(identity(request))
    except Refusal as refusal:
        messages.info(request, said(refusal))
    else:
        text = ngettext(
            "Le fichier de %(count)s virement est prêt : téléchargez-le, puis remettez-le à la banque.",
            "Le fichier de %(count)s virements est prêt : téléchargez-le, puis remettez-le à la banque.",
            made.count,
        )
        messages.success(request, text % {"count": made.count})
    return redirect("desk:transfers")


@require_safe
@for_agents
def download(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """Hand out a file, the same bytes each time."""
    try:
        found = transfer_files(identity(request)).defer(None).get(pk=file_id)
    except TransferFile.DoesNotExist:
        raise Http404 from None
    answer = HttpResponse(bytes(found.content), content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{found.message_id}.xml"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def bank_file(request: HttpRequest) -> HttpResponseBase:
    """Read a file of the bank and say of each line what it did."""
    if request.method != "POST":
        return redirect("desk:transfers")
    form = BankFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _draw(request, form, 422)
    try:
        found = read_bank_file(form.cleaned_data["file"].read(), by=identity(request), seconds=SECONDS)
    except Refusal as refusal:
        form.add_error("file", said(refusal))
        return _draw(request, form, 422)
    return render(request, "desk/bank_file.html", _result(request, form.cleaned_data["file"].name, found))


def _result(request: HttpRequest, name: str, found: BankFileRead) -> dict[str, Any]:
    places = identity(request).agent_of
    return {
        "name": name,
        "kind": found.kind,
        "rows": [_row(line, places) for line in found.lines],
        "counts": [(BECAME[verdict], found.count(verdict)) for verdict in BECAME if found.count(verdict)],
        "others": found.others,
    }


def _row(read: LineRead, places: Any) -> dict[str, Any]:
    line, refund = read.line, read.refund
    # One account may serve several marketplaces: their claims are not this agent's.
    is_mine = refund is not None and refund.claim.marketplace_id in places
    return {
        "reference": line.end_to_end,
        "claim": refund.claim.reference if refund is not None and is_mine else "",
        "amount": money(line.amount, lang()) if line.amount else "–",
        "happened": HAPPENED[line.happened],
        "reason": line.reason,
        "became": BECAME[read.verdict],
        "is_doubtful": read.verdict is Verdict.UNEXPLAINED,
        "why": why_unexplained(read.why),
    }


def _draw(request: HttpRequest, form: BankFileForm, status: int = 200) -> HttpResponse:
    who, now = identity(request), clock.now()
    ready = ready_for_transfer(now, who).aggregate(count=Count("pk"), minor=Sum("amount_minor"))
    waiting = Refund.objects.filter(
        provider="sepa",
        status=Refund.Status.APPROVED,
        claim__marketplace_id__in=who.agent_of,
        claim__payout_accounts=None,
    )
    files = transfer_files(who).annotate(
        waiting=Count("transfers", filter=Q(transfers__refund__status=Refund.Status.PENDING))
    )
    context = {
        "form": form,
        "count": ready["count"],
        "total": Money(ready["minor"], "EUR") if ready["count"] else None,
        "without_account": waiting.count(),
        "files": list(files.order_by("-made_at")[:FILES_SHOWN]),
        "unexplained": _doubts(who),
        "is_set_up": is_set_up(),
    }
    return render(request, "desk/transfers.html", context, status=status)


def _doubts(who: Identity) -> list[dict[str, Any]]:
    """Word what the bank said that agrees with nothing, with the claim that it names; not of others' claims."""
    events = list(unexplained_transfers(who)[:FILES_SHOWN])
    named = Refund.objects.filter(key__in=[event.told["key"] for event in events if event.told.get("key")])
    known = {refund.key: refund.claim for refund in named.select_related("claim").defer("claim__snapshot")}
    found = []
    for event in events:
        key = UUID(event.told["key"])
        claim = known.get(key)
        if claim is not None and claim.marketplace_id not in who.agent_of:
            continue
        amount = event.told["amount"]
        found.append(
            {
                "at": event.at,
                "reference": key.hex,
                "claim": claim.reference if claim else "",
                "amount": money(Money(amount["minor"], amount["currency"]), lang()),
                "why": why_unexplained(event.why),
            }
        )
    return found
