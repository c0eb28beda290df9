"""The profile of a marketplace that is not connected: what is read, and what is refused, each with its line."""

from __future__ import annotations

import pickle

import pytest

from recours.marketplaces.profiles import PROFILES, load_profile, profile_text
from recours.rules.profile import MAX_CHARACTERS, Fact, ProfileError, parse_profile

BAZAR = profile_text("grandbazar_exemple")


def codes_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ProfileError) as refused:
        parse_profile(text)
    return [(problem.key, problem.code) for problem in refused.value.problems]


@pytest.mark.parametrize("key", PROFILES)
def test_every_profile_that_comes_along_is_read_under_its_own_key(key: str) -> None:
    assert load_profile(key).meta.key == key


def test_aliexpress_tells_its_address_its_windows_and_that_nobody_verified_them() -> None:
    profile = load_profile("aliexpress_fr")

    assert profile.address is not None
    assert profile.address.lines == ("Aliexpress Alibaba France", "6 rue Menars", "75002 Paris")
    assert profile.policy.meta.name == "aliexpress_2024"
    assert "address" in profile.unverified


def test_a_profile_without_address_is_a_profile() -> None:
    profile = load_profile("grandbazar_exemple")

    assert profile.address is None
    assert profile.unverified == ()


def test_an_unknown_profile_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        profile_text("../aliexpress_fr")


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('policy = "default"', 'policy = "nobody"', ("meta.policy", "not_among")),
        ('country = "FR"', 'country = "ZZ"', ("meta.country", "refused_unknown_country")),
        ('key = "grandbazar_exemple"', 'key = "Grand Bazar"', ("meta.key", "bad_name")),
        ('name = "Grand Bazar (exemple)"', 'name = " "', ("meta.name", "not_a_text")),
        ('name = "Grand Bazar (exemple)"', "name = 3", ("meta.name", "not_a_text")),
        ("[dispute]", "[disputes]", ("dispute", "missing_table")),
        ("[dispute]", "[disputes]", ("disputes", "unknown_table")),
        (
            "checked_on = 2026-11-29",
            "checked_on = 2026-11-29T10:00:00Z",
            ("help_centre.checked_on", "not_a_date"),
        ),
        ("verified = true", 'verified = "yes"', ("help_centre.verified", "not_a_boolean")),
        ("verified = true", "proved = true", ("help_centre.verified", "missing_key")),
        ("verified = true", "verified = true\nproved = true", ("help_centre.proved", "unknown_key")),
        ("[help_centre]", "[help_centre", ("", "syntax")),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, found: tuple[str, str]) -> None:
    assert found in codes_of(BAZAR.replace(old, new, 1))


def test_a_fact_is_told_in_the_readers_language_or_else_in_french() -> None:
    both = load_profile("aliexpress_fr")
    french = parse_profile(
        profile_text("aliexpress_fr").replace("text_en = ", "# ").replace("source_en = ", "# ")
    )

    assert both.dispute.told("fr") == french.dispute.told("en")
    assert both.dispute.told("en-gb").startswith("In “Mes commandes”")
    assert both.address is not None
    assert both.address.read_at("en") != both.address.read_at("fr")


@pytest.mark.parametrize("key", PROFILES)
def test_every_fact_that_comes_along_has_its_english(key: str) -> None:
    profile = load_profile(key)
    facts = [getattr(profile, name) for name in profile.__struct_fields__]

    assert all(fact.text_en for fact in facts if isinstance(fact, Fact))


def test_what_is_announced_of_refunds_is_what_its_policy_counts() -> None:
    profile = load_profile("aliexpress_fr")

    assert profile.refunds is not None
    counted = (profile.policy.refund.not_before.count, profile.policy.refund.not_after.count)
    assert profile.refunds.text == "Entre {} et {} jours après la réclamation.".format(*counted)


@pytest.mark.parametrize(
    ("value", "code"), [("0", "not_a_count"), ("true", "not_a_count"), ('"400"', "not_a_count")]
)
def test_a_limit_is_a_count(value: str, code: str) -> None:
    assert codes_of(BAZAR.replace("dispute = 400", f"dispute = {value}")) == [("limits.dispute", code)]


def test_an_english_half_that_is_empty_is_refused() -> None:
    text = BAZAR.replace("text_en = ", 'text_en = "" # ', 1)

    assert codes_of(text) == [("help_centre.text_en", "not_a_text")]


@pytest.mark.parametrize(
    ("lines", "code"), [("[]", "empty_list"), ('"6 rue Menars"', "not_a_list"), ("[3]", "not_a_text")]
)
def test_an_address_is_a_list_of_lines(lines: str, code: str) -> None:
    address = f'\n[address]\nlines = {lines}\nsource = "x"\nchecked_on = 2026-11-29\nverified = true\n'

    assert codes_of(BAZAR + address) == [("address.lines", code)]


def test_a_table_that_is_a_value_is_refused_once() -> None:
    assert codes_of("address = 3\n" + BAZAR) == [("address", "not_a_table")]


def test_a_file_that_is_too_long_is_not_read() -> None:
    assert codes_of("#" * (MAX_CHARACTERS + 1)) == [("", "too_long")]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_problems_come_with_their_lines_in_both_languages(lang: str) -> None:
    with pytest.raises(ProfileError) as refused:
        parse_profile(BAZAR.replace('policy = "default"', 'policy = "nobody"'))

    error = pickle.loads(pickle.dumps(refused.value))
    [(line, text)] = error.lines(lang)
    assert BAZAR.splitlines()[line - 1] == 'policy = "default"'
    assert "nobody" in text
    assert error.explain(lang)
    assert error.remedy(lang)
