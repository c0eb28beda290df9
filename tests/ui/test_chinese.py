"""Chinese: whole where a shop reads, offered there, and nowhere else."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.test import Client
from tests import factories
from tests.rules.lifecycle.told import EXPECTED

from recours.claims.acts import ACTS
from recours.claims.mails import render
from recours.outbox.models import Mail
from recours.people.models import User
from recours.rules import wording
from recours.rules.lifecycle.table import TRANSITIONS
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.money import Money
from recours.rules.wording import format as formats
from recours.rules.wording import own_texts, placeholders

SOURCE = Path(wording.__file__).parents[2]
CATALOGUE = SOURCE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"

TEMPLATES = (
    "seller", "ui/templates/account", "ui/templates/mfa", "ui/templates/ui/base.html", "ui/templates/ui/components",
    "ui/templates/ui/forms", "claims/templates", "conversations/templates", "notices/templates", "staff/templates",
    "refunds/templates", "dossier/templates/dossier/take_away.html", "marketplaces/templates", "live/templates",
)  # fmt: skip
"""Where the templates are that a shop's pages are made of, and those that its people pass on the way."""

MODULES = (
    "seller", "claims/forms/base.py", "claims/forms/parcels.py", "claims/forms/parties.py", "claims/forms/returns.py",
    "claims/forms/terms.py", "claims/presentation", "claims/templatetags", "claims/uploading.py", "conversations",
    "notices", "staff", "ui/forms.py", "refunds/presentation.py",
)  # fmt: skip

NOT_A_SHOPS = (
    "entitlements.html", "keys.html", "presentation/rights.py", "signup_closed", "unknown_account",
)  # fmt: skip
"""What buyers, the desk or an installation without accounts reads, in the same folders."""

WHOLE = (
    "conversation_mails", "ground_short", "happened", "holidays", "length", "mails", "meter", "news.button", "news.by",
    "news.fact", "news.how", "news.wrote", "notices.kind", "notices.mails", "offer", "remedy", "resolution",
    "return_clock", "return_risk", "role", "staff", "standing", "state", "terms", "timeline", "topic", "trace",
    "tracking",
)  # fmt: skip
"""Tables of the wording that a shop may meet any line of; a line that ends so is said to others."""
TO_OTHERS = ("_buyer", "_agent", "_own_desk")
REFUSALS = ("canned", "conversations", "files", "holidays", "lifecycle", "money", "staff")
"""Files of refusals that a shop can get; `REFUSED_TO_OTHERS` are not among them."""
REFUSED_TO_OTHERS = {
    "address_not_proven", "appeal_needs_another_agent", "arrived_whole", "assigned_to_another", "chargeback_known",
    "chargeback_unknown", "credit_not_agreed", "exhibit_already_withheld", "exhibit_not_withheld",
    "goes_on_elsewhere", "merged_with_itself", "merging_would_delay", "more_than_was_credited", "nothing_to_split",
    "more_than_was_refunded", "not_assigned", "not_the_same_matter", "paid_too_much", "reopening_too_late",
    "return_too_late", "ruling_is_final", "split_incomplete", "too_far_to_merge", "too_far_to_split",
    "too_little_to_share", "withdrawal_final",
}  # fmt: skip

GLOSSARY = {
    "litige": "争议", "réclamation": "投诉", "remboursement": "退款", "bon d’achat": "购物券", "décision": "裁决",
}  # fmt: skip
"""One word per thing, as sellers on mainland marketplaces say it (docs/chinese.md)."""


def sentences() -> Iterator[tuple[str, str]]:
    """Yield each sentence of a shop's pages as the catalogues know it, and the file that says it."""
    for place in TEMPLATES:
        for path in _files(place, "*.html", "*.txt"):
            for text in _in_template(path.read_text("utf-8")):
                yield text, str(path.relative_to(SOURCE))
    for place in MODULES:
        for path in _files(place, "*.py"):
            for text in _in_module(path.read_text("utf-8")):
                yield text, str(path.relative_to(SOURCE))


def _files(place: str, *patterns: str) -> Iterator[Path]:
    found = SOURCE / place
    paths = [found] if found.is_file() else [path for each in patterns for path in sorted(found.rglob(each))]
    yield from (path for path in paths if not any(part in str(path) for part in NOT_A_SHOPS))


def _in_template(text: str) -> Iterator[str]:
    for single, double in re.findall(r"""\{%\s*translate\s+(?:'([^']*)'|"([^"]*)")""", text):
        yield (single or double).replace("%", "%%")
    yield from re.findall(r'_\("([^"]*)"\)', text)
    blocks = re.findall(r"\{%\s*blocktranslate([^%]*)%\}(.*?)\{%\s*endblocktranslate\s*%\}", text, re.S)
    for options, body in blocks:
        first = re.split(r"\{%\s*plural\s*%\}", body)[0].replace("%", "%%")
        if "trimmed" in options:
            first = " ".join(line.strip() for line in first.strip().splitlines() if line.strip())
        yield re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", first)


def _in_module(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", "")
        said = node.args[0]
        if name in ("_", "gettext_lazy", "ngettext") and isinstance(said, ast.Constant):
            yield str(said.value)


def test_every_sentence_of_a_shops_pages_is_in_chinese() -> None:
    written = {
        entry.msgid for entry in polib.pofile(str(CATALOGUE)) if entry.translated() and not entry.fuzzy
    }

    missing = sorted({(text, where) for text, where in sentences() if text not in written})

    assert missing == []


def test_no_sentence_in_chinese_is_of_a_page_that_is_gone() -> None:
    english = {entry.msgid for entry in polib.pofile(str(CATALOGUE.parents[2] / "en/LC_MESSAGES/django.po"))}

    assert sorted(entry.msgid for entry in polib.pofile(str(CATALOGUE)) if entry.msgid not in english) == []


def test_sentences_in_chinese_hold_the_same_names() -> None:
    def names(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))

    for entry in polib.pofile(str(CATALOGUE)):
        for text in [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values():
            assert names(text) == names(entry.msgid), entry.msgid


def test_every_word_of_the_rules_for_a_shop_is_in_chinese() -> None:
    wanted = {
        key
        for key in wording.keys("fr")
        if key.startswith(tuple(f"{table}." for table in WHOLE)) and not key.endswith(TO_OTHERS)
    }
    wanted -= {key for key in wanted if key.startswith(("mails.trouble.", "story.note"))}
    wanted |= {f"act.{act}" for _, act, role in TRANSITIONS if role is Role.SELLER and act in ACTS}
    wanted |= {f"notices.detail.{told[Role.SELLER]}" for told in EXPECTED.values() if Role.SELLER in told}
    for name in REFUSALS:
        text = (SOURCE / "rules" / "wording" / "fr" / f"{name}.toml").read_text("utf-8")
        for code in set(re.findall(r"^\[refusals\.(\w+)\]", text, re.M)) - REFUSED_TO_OTHERS:
            wanted |= {f"refusals.{code}.why", f"refusals.{code}.instead"}

    assert sorted(wanted - own_texts("zh").keys()) == []


def test_words_in_chinese_hold_the_same_values() -> None:
    assert own_texts("zh").keys() <= wording.keys("fr")
    for key in own_texts("zh"):
        assert placeholders("zh", key) == placeholders("fr", key), key


def test_what_chinese_lacks_is_said_in_english() -> None:
    assert not own_texts("zh").keys() >= wording.keys("fr")
    assert wording.keys("zh") == wording.keys("en")


@pytest.mark.parametrize("french", GLOSSARY)
def test_one_word_per_thing(french: str) -> None:
    """A sentence that names the thing alone names it by the glossary's word."""
    said = [
        entry
        for entry in polib.pofile(str(CATALOGUE))
        if re.fullmatch(rf"(?:[LV]otre |Le |La |Un |Une )?{french}s?", entry.msgid, re.I)
    ]

    assert all(GLOSSARY[french] in entry.msgstr for entry in said)


def test_dates_money_and_zones_are_written_as_in_china() -> None:
    at = dt.datetime(2026, 11, 24, 23, tzinfo=dt.UTC)

    assert formats.until(at, "Europe/Paris", "zh") == "2026年11月24日星期二 23:59"
    assert formats.day(dt.date(2026, 12, 1), "zh", weekday=False, year=False) == "12月1日"
    assert formats.money(Money(minor=8990, currency="EUR"), "zh") == "€89.90"
    assert formats.zone("Europe/Paris", "zh") == "巴黎时间"
    assert formats.window(3, "working_days", "zh") == "3个工作日"
    assert formats.percent(500, "zh") == "5%"


@pytest.mark.django_db
def test_shops_page_is_in_chinese_for_a_chinese_browser(client: Client) -> None:
    shop = factories.a_shop()
    claim = factories.a_claim(factories.an_order(shop=shop))
    client.force_login(factories.a_seller(shop))

    page = client.get(
        f"/seller/claims/{claim.reference}/", headers={"accept-language": "zh-CN,zh;q=0.9,en;q=0.5"}
    )

    text = page.content.decode()
    assert '<html lang="zh-hans">' in text
    assert "轮到您回应" in text
    assert "接受请求" in text


@pytest.mark.django_db
def test_other_pages_answer_in_the_next_language(client: Client) -> None:
    headers = {"accept-language": "zh-CN,fr;q=0.5"}

    assert '<html lang="fr">' in client.get("/accessibility/", headers=headers).content.decode()
    assert (
        '<html lang="en">'
        in client.get("/accessibility/", headers={"accept-language": "zh"}).content.decode()
    )


@pytest.mark.django_db
def test_choosing_chinese_is_remembered_for_mails(client: Client) -> None:
    shop = factories.a_shop()
    bob = factories.a_seller(shop)
    client.force_login(bob)

    page = client.post("/language/setlang/", {"language": "zh-hans", "next": "/seller/claims/"}, follow=True)
    factories.a_claim(factories.an_order(shop=shop))

    assert "我的店铺的案件" in page.content.decode()
    assert User.objects.get(pk=bob.pk).language == "zh"
    mail = Mail.objects.get(role=Role.SELLER)
    content = render(mail)
    assert content is not None
    assert content.heading == "一位买家提起了争议"
    assert content.turn.startswith("轮到您回应")


@pytest.mark.django_db
def test_language_that_we_do_not_have_is_not_remembered(client: Client) -> None:
    bob = factories.a_seller(factories.a_shop())
    client.force_login(bob)

    client.post("/language/setlang/", {"language": "de", "next": "/seller/claims/"})

    assert User.objects.get(pk=bob.pk).language == "fr"


@pytest.mark.django_db
def test_buyers_are_not_offered_chinese(client: Client) -> None:
    assert "中文" not in client.get("/accessibility/").content.decode()
