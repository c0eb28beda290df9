import pytest

from recours.files import refusals
from recours.rules.refusals import Refusal
from recours.rules.wording import LANGUAGES, Lang, has, placeholders

OURS = [
    thing
    for thing in vars(refusals).values()
    if isinstance(thing, type) and issubclass(thing, Refusal) and thing is not Refusal
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("refusal", OURS)
def test_refusal_is_worded(refusal: type[Refusal], lang: Lang) -> None:
    assert has(lang, f"refusals.{refusal.code}.why")
    assert has(lang, f"refusals.{refusal.code}.instead")


@pytest.mark.parametrize("refusal", OURS)
def test_languages_need_the_same_parameters(refusal: type[Refusal]) -> None:
    for part in ("why", "instead"):
        key = f"refusals.{refusal.code}.{part}"
        assert placeholders("fr", key) == placeholders("en", key)
