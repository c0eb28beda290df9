"""Tracking numbers: a slip of the pen shows; what is not known passes, and says so."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recours.rules.tracking import Verdict, carrier_named, carriers, checked, normalised, tracking_url

POSTAL = ["RA473124829GB", "RB123456785GB", "CA688211167FR", "XA001134936TS", "LZ123456785CN"]
"""UPU S10: the standard's own example first; the others from public test numbers."""

KNOWN = [
    ("UPS", "1Z5R89390357567127"),
    ("UPS", "1Z879E930346834440"),
    ("UPS", "1Z410E7W0392751591"),
    ("FedEx", "986578788855"),
    ("FedEx", "477179081230"),
    ("FedEx", "0414 4176 0228 964"),
    ("FedEx", "5682 8361 0012 734"),
    ("DHL", "3318810025"),
    ("DHL", "73891051146"),
    ("DPD", "0081827099800000200 33 350 276 C"),
    ("Colissimo", "CB123456785FR"),
    ("Chronopost", "XS123456785FR"),
]


@pytest.mark.parametrize("number", POSTAL)
@pytest.mark.parametrize("carrier", ["La Poste", "China Post", "bpost", "Poste de Malte"])
def test_postal_number_is_verified_whoever_carries_it(carrier, number):
    assert checked(carrier, number).verdict is Verdict.VERIFIED


def one_digit_wrong(number):
    return [
        number[:place] + digit + number[place + 1 :]
        for place, digit in product(range(2, 11), "0123456789")
        if number[place] != digit
    ]


@pytest.mark.parametrize("number", [one for one in POSTAL if one[10] != "5"])
def test_any_one_digit_wrong_in_a_postal_number_is_seen(number):
    verdicts = [checked("La Poste", one).verdict for one in one_digit_wrong(number)]

    assert verdicts == [Verdict.WRONG_DIGIT] * 81


@pytest.mark.parametrize("number", [one for one in POSTAL if one[10] == "5"])
def test_one_digit_wrong_is_nearly_always_seen_where_the_check_digit_is_5(number):
    # The standard gives two remainders, 0 and 6, the same digit: what moves one to the other goes unseen.
    unseen = [one for one in one_digit_wrong(number) if checked("La Poste", one).verdict is Verdict.VERIFIED]

    assert len(unseen) <= 8
    assert all(one[10] == "5" for one in unseen)


@pytest.mark.parametrize("number", POSTAL)
def test_two_neighbours_swapped_in_a_postal_number_are_seen(number):
    swapped = {
        number[:place] + number[place + 1] + number[place] + number[place + 2 :] for place in range(2, 10)
    } - {number}

    assert {checked("La Poste", one).verdict for one in swapped} == {Verdict.WRONG_DIGIT}


@pytest.mark.parametrize(("carrier", "number"), KNOWN)
def test_check_digit_of_a_known_number_is_right(carrier, number):
    assert checked(carrier, number).verdict is Verdict.VERIFIED


@pytest.mark.parametrize(("carrier", "number"), KNOWN)
def test_another_last_digit_is_wrong(carrier, number):
    place = max(at for at, char in enumerate(number) if char.isdigit() and number[at:].strip("FR") != "")
    other = str((int(number[place]) + 1) % 10)

    assert checked(carrier, number[:place] + other + number[place + 1 :]).verdict is Verdict.WRONG_DIGIT


@pytest.mark.parametrize(
    ("carrier", "number", "verdict"),
    [
        ("Colissimo", "6A12345678901", Verdict.PLAUSIBLE),
        ("Colissimo", "6A1234567890", Verdict.WRONG_FORMAT),
        ("Colissimo", "6A123456789012", Verdict.WRONG_FORMAT),
        ("Mondial Relay", "12345678", Verdict.PLAUSIBLE),
        ("Mondial Relay", "123456789", Verdict.WRONG_FORMAT),
        ("DPD", "12345678901234", Verdict.PLAUSIBLE),
        ("GLS", "12345678901", Verdict.PLAUSIBLE),
        ("GLS", "1234567890", Verdict.WRONG_FORMAT),
        ("UPS", "1Z12345", Verdict.WRONG_FORMAT),
        ("Cainiao", "LP00123456789012", Verdict.PLAUSIBLE),
        ("Relais Colis", "anything at all", Verdict.UNKNOWN),
        ("Un cousin en camionnette", "42", Verdict.UNKNOWN),
        ("Colissimo", "٦A١٢٣٤٥٦٧٨٩٠١", Verdict.WRONG_FORMAT),
    ],
)
def test_number_is_judged_by_what_is_known_of_its_carrier(carrier, number, verdict):
    assert checked(carrier, number).verdict is verdict


def test_wrong_shape_is_told_with_an_example():
    found = checked("colissimo", "1234")

    assert (found.carrier, found.number, found.like) == ("Colissimo", "1234", "CB 123 456 785 FR")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("colissimo", "Colissimo"),
        (" LA  POSTE ", "La Poste"),
        ("Mondial-Relay", "Mondial Relay"),
        ("lettre recommandee", "La Poste"),
        ("EMS", "China Post"),
    ],
)
def test_carrier_goes_by_its_name_however_it_is_written(typed, name):
    assert checked(typed, "x").carrier == name


def test_unknown_carrier_is_kept_as_it_was_typed():
    assert checked("  Le   cousin ", "ab-12 3").carrier == "Le cousin"
    assert checked("  Le   cousin ", "ab-12 3").number == "AB123"


def test_number_is_kept_without_what_only_helps_to_read_it():
    assert normalised(" 1z 879-e93 0346.8344\u200b40\u00a0") == "1Z879E930346834440"


@given(carrier=st.text(max_size=80), number=st.text(max_size=80))
def test_any_text_gets_a_verdict_and_judging_again_changes_nothing(carrier, number):
    once = checked(carrier, number)

    again = checked(once.carrier, once.number)
    assert (again.carrier, again.number, again.verdict) == (once.carrier, once.number, once.verdict)


def test_every_carrier_answers_to_its_names_alone_and_its_examples_fit_its_formats():
    names = [name for one in carriers() for name in (one.name, *one.aliases)]
    assert len({name.lower() for name in names}) == len(names)
    for one in carriers():
        assert all(carrier_named(name) is one for name in (one.name, *one.aliases))
        for shape in one.formats:
            assert any(re.fullmatch(other.pattern, normalised(shape.like)) for other in one.formats)


def test_link_to_the_carrier_takes_a_plain_number_only():
    assert (
        tracking_url("UPS", "1Z5R89390357567127") == "https://www.ups.com/track?tracknum=1Z5R89390357567127"
    )
    assert tracking_url("UPS", '1Z"><script>') == ""
    assert tracking_url("Un cousin", "123") == ""
