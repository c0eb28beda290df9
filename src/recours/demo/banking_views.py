"""The page of the demo's bank: hand it the transfers, and fetch what it says of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from recours import clock
from recours.demo.banking import InUse, bank_files, carry_out
from recours.refunds.models import TransferFile


@require_safe
def bank(request: HttpRequest) -> HttpResponse:
    """What was brought to the bank, and what it gave back."""
    context = {"brought": TransferFile.objects.count(), "files": [path.name for path in bank_files()]}
    return render(request, "demo/bank.html", context)


@require_POST
def bank_day(request: HttpRequest) -> HttpResponse:
    """Have the bank carry out the files that it does not know yet."""
    try:
        written = len(carry_out(clock.now()))
    except InUse:
        messages.error(request, _("La banque est occupée. Réessayez dans quelques secondes."))
        return redirect("demo:bank")
    if written:
        said = ngettext(
            "Les virements sont faits : la banque rend %(count)s fichier.",
            "Les virements sont faits : la banque rend %(count)s fichiers.",
            written,
        )
        messages.success(request, said % {"count": written})
    else:
        messages.info(
            request, _("La banque n’a rien de nouveau à payer : faites d’abord un fichier côté plateforme.")
        )
    return redirect("demo:bank")


@require_safe
def bank_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One file that the bank gave back."""
    path = next((path for path in bank_files() if path.name == name), None)
    if path is None:
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=path.name, content_type="application/xml"
    )
