"""The address of a form, opened by itself: a page that leads back, and a bare answer for programs."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.desk.stage import a_bench, signed_in

from recours.ui.unopened import page_above

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.mark.django_db
def test_refused_form_that_is_loaded_again_leads_back_to_its_page() -> None:
    bench = a_bench()
    claim = bench.escalated()
    address = f"/desk/claims/{claim.reference}/note/"

    answer = signed_in(bench.charlie).get(address, headers={"Accept": BROWSER})

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    page = answer.content.decode()
    assert "Cette adresse ne s’ouvre pas seule" in page
    assert f'<a class="button" href="/desk/claims/{claim.reference}/">' in page


@pytest.mark.django_db
def test_program_gets_the_bare_answer(client: Client) -> None:
    answer = client.get(reverse("ui:theme"), headers={"Accept": "application/json"})

    assert (answer.status_code, answer.content) == (405, b"")


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/desk/claims/L-7F3K2M9Q/note/", "/desk/claims/L-7F3K2M9Q/"),
        ("/desk/views/00000000-0000-4000-8000-000000000000/delete/", "/desk/"),
        ("/nowhere/", "/"),
    ],
)
def test_page_above_is_the_nearest_that_leads_anywhere(path: str, above: str) -> None:
    assert page_above(path) == above
