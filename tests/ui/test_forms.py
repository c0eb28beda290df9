import re

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from recours.rules.money import Money
from recours.ui.forms import FilesField, MoneyField, RadioCards

pytestmark = pytest.mark.rules


class SampleForm(forms.Form):
    ground = forms.ChoiceField(
        label="Que s’est-il passé ?",
        choices=[("damaged", "Il est abîmé"), ("late", "Il est arrivé en retard")],
        widget=RadioCards(hints={"damaged": "Cassé, rayé."}),
    )
    amount = MoneyField(
        label="Montant", currency="EUR", maximum=Money(8990, "EUR"), help_text="Au plus 89,90 €."
    )
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label="C’est exact")
    token = forms.CharField(widget=forms.HiddenInput, initial="t")


def test_each_field_has_one_label_and_its_hint():
    html = str(SampleForm())

    assert html.count("Il est abîmé") == 1
    assert re.search(r'<label[^>]* for="id_amount">Montant', html)
    assert 'aria-describedby="id_amount_helptext id_amount_unit"' in html
    assert 'aria-describedby="id_ground_0_hint"' in html
    assert html.count("(facultatif)") == 1
    assert "role=" not in html, "no error summary before anything was sent"


def test_errors_are_listed_with_links_that_lead_somewhere():
    html = str(SampleForm({"amount": "beaucoup", "token": "t"}))

    targets = re.findall(r'<a href="#([^"]+)"', html)
    assert targets == ["id_ground_0", "id_amount", "id_agreed"]
    for target in targets:
        assert re.search(rf'<input[^>]* id="{target}"', html)
    assert html.count("Erreur\u202f:") == 3
    assert 'value="beaucoup"' in html, "what was typed is kept"
    assert 'aria-describedby="id_amount_helptext id_amount_error id_amount_unit"' in html
    assert 'id="id_amount_error"' in html


@pytest.mark.parametrize("typed", ["12,50", "12.50", "12,50 €", "12,50\u00a0€"])
def test_money_is_read_as_people_write_it(typed: str):
    assert MoneyField(currency="EUR").clean(typed) == Money(1250, "EUR")


@pytest.mark.parametrize("typed", ["beaucoup", "-3", "12,505", "12 $", "1,2,3"])
def test_money_that_is_not_an_amount_says_what_to_write(typed: str):
    with pytest.raises(forms.ValidationError) as error:
        MoneyField(currency="EUR").clean(typed)

    assert len(error.value.messages[0]) > 30


def test_money_above_the_maximum():
    field = MoneyField(currency="EUR", maximum=Money(8990, "EUR"))

    assert field.clean("89,90") == Money(8990, "EUR")
    with pytest.raises(forms.ValidationError) as error:
        field.clean("89,91")
    assert error.value.messages == ["Indiquez au plus 89,90\u00a0€."]


def test_money_may_be_empty_where_it_is_optional():
    assert MoneyField(currency="EUR", required=False).clean("") is None


def test_money_shows_its_initial_value_as_typed():
    class Form(forms.Form):
        amount = MoneyField(currency="TND")

    html = str(Form(initial={"amount": Money(12500, "TND")}))

    assert 'value="12,500"' in html
    assert 'inputmode="decimal"' in html


class FilesForm(forms.Form):
    photos = FilesField(required=False, max_bytes=1_000_000)


def test_files_are_all_kept():
    files = MultiValueDict({"photos": [SimpleUploadedFile("a.jpg", b"1"), SimpleUploadedFile("b.jpg", b"2")]})

    form = FilesForm({}, files)

    assert form.is_valid()
    assert [file.name for file in form.cleaned_data["photos"]] == ["a.jpg", "b.jpg"]


def test_no_files_is_an_empty_list():
    form = FilesForm({}, {})

    assert form.is_valid()
    assert form.cleaned_data["photos"] == []


def test_a_file_too_large_or_empty_is_named():
    files = MultiValueDict(
        {"photos": [SimpleUploadedFile("big.jpg", b"1" * 1_000_001), SimpleUploadedFile("empty.jpg", b"")]}
    )

    form = FilesForm({}, files)

    assert not form.is_valid()
    assert "«\u202fbig.jpg\u202f» est trop lourd\u202f: 1\u00a0Mo au plus." in form.errors["photos"]
    assert len(form.errors["photos"]) == 2


def test_files_required():
    with pytest.raises(forms.ValidationError):
        FilesField().clean([])


def test_camera_and_chooser_share_a_name():
    html = str(FilesForm())

    assert html.count('name="photos"') == 2
    assert 'capture="environment"' in html
    assert "multiple" in html
    assert 'data-max-bytes="1000000"' in html
