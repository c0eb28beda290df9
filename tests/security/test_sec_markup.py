"""Words of hostile people on every page that shows them: as words, and never as markup, template or format."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from tests import factories as f
from tests.desk.stage import Bench, a_bench, signed_in

from recours.claims.commands import act
from recours.claims.commands.evidence import add_evidence, write_message, write_note
from recours.claims.models import Claim
from recours.marketplaces.models import Order
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Terms
from recours.rules.lifecycle.vocabulary import AppealReason, Remedy, Role

pytestmark = pytest.mark.django_db

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</textarea></title></style><script>alert(1)</script>",
    "javascript:alert(1)",
    '" autofocus onfocus=alert(1) x="',
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "{{ settings.SECRET_KEY }}{% debug %}",
    "{amount} {0.__class__} {} { }} {{ %s %(amount)s %n %",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<!--><script>alert(1)</script>-->",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e<b>\u2066gpj.exe",
    "]]><script>alert(1)</script>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "🧨" * 60,
]
LIVES = [PAYLOADS[start::4] for start in range(4)]
"""Four claims whose words are a quarter of the payloads each: every page costs as much with four as with one."""


class Reader(HTMLParser):
    """Notes what a browser could run, load or follow."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.bad: list[str] = []
        self.text = ""
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = dict(attrs)
        if tag == "script" and not (given.get("src") or "").startswith("/static/"):
            self.bad.append(f"inline script {given}")
        if tag in {"style", "iframe", "object", "embed", "base", "marquee"}:
            self.bad.append(tag)
        if tag == "meta" and (given.get("http-equiv") or "").lower() == "refresh":
            self.bad.append("refresh")
        for name, value in attrs:
            if name.startswith("on") or name == "style" or name == "srcdoc":
                self.bad.append(f"{tag} {name}={value}")
            if name in {"href", "src", "action", "formaction"}:
                scheme = re.sub(r"[\s\x00-\x1f]", "", (value or "").lower())
                if re.match(r"(javascript|data|vbscript):", scheme) or scheme.startswith("//"):
                    self.bad.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.text += data


def read(answer: Any) -> Reader:
    reader = Reader()
    reader.feed(answer.content.decode())
    return reader


def hostile(payloads: list[str]) -> tuple[Bench, Claim]:
    """A claim with all of them wherever a text, or several rows, can hold them; names hold the first, see `rename`."""
    payload = "\n".join(payloads)
    bench = a_bench()
    order = f.an_order(
        bench.alice, bench.shop, lines=[8990, *[100] * len(payloads)], payments=[8990, *[100] * len(payloads)]
    )
    # The first gives the claim its name.
    for number, said in enumerate([" ".join(payloads), *payloads], start=1):
        order.lines.filter(position=number).update(title=said[:300], sku=said[:64])
    for paid, said in zip(order.payments.order_by("pk"), payloads, strict=False):
        paid.ref, paid.method = said[:100], said[:32]
        paid.save()
    rename(bench, order, payloads[0])
    claim = f.a_claim(order, explanation=payload, goods_return=True)
    part = Terms(remedy=Remedy.REFUND, amount=f.euros(2000))
    agent = bench.agent(bench.charlie)
    for wish in (
        c.ExtendResponse(by=bench.seller, reason=payload),
        c.Ask(by=bench.seller, text=payload),
        c.Answer(by=bench.buyer, text=payload),
        c.MakeOffer(by=bench.seller, terms=part, reasons=payload),
        c.RefuseOffer(by=bench.buyer, number=1, reasons=payload),
        c.Escalate(by=bench.buyer, reasons=payload),
        c.AskEvidence(by=agent, of=Role.BUYER, text=payload),
    ):
        act(claim.pk, wish)
    files = [f.a_stored_file(bench.alice.user, name=said[:120]) for said in payloads]
    add_evidence(claim_id=claim.pk, by=bench.buyer, files=files)
    write_message(claim_id=claim.pk, by=bench.seller, text=payload)
    write_note(claim_id=claim.pk, by=agent, text=payload)
    return bench, claim


def rename(bench: Bench, order: Order, payload: str) -> None:
    """Give everybody and everything of which there is one the same hostile name."""
    bench.shop.name, bench.shop.email = (
        payload[:120],
        'x"><script>alert(1)</script>@example.org?bcc=a@example.org',
    )
    bench.shop.save()
    bench.alice.name = payload[:120]
    bench.alice.save()
    bench.place.name = payload[:100]
    bench.place.save()
    for person in (bench.charlie, bench.bob, bench.alice.user):
        person.name = payload[:120]
        person.save()
    order.number = payload[:60] + str(order.pk)[:4]
    order.save()
    order.parcels.update(carrier=payload[:64], tracking=payload[:64])


def pages(bench: Bench, claim: Claim) -> list[tuple[Client, str]]:
    claim.refresh_from_db()
    alice, bob, charlie = signed_in(bench.alice.user), signed_in(bench.bob), signed_in(bench.charlie)
    found = [
        (alice, "/orders/"),
        (alice, f"/orders/{claim.order_id}/"),
        (alice, "/claims/"),
        (bob, "/seller/claims/"),
    ]
    found += [(bob, "/seller/claims/?tab=underway"), (bob, "/seller/claims/?tab=closed"), (charlie, "/desk/")]
    found += [
        (charlie, f"/desk/?q={claim.reference}"),
        (charlie, "/desk/refunds/"),
        (charlie, "/desk/parked/"),
    ]
    for browser, start in ((alice, "/claims/"), (bob, "/seller/claims/"), (charlie, "/desk/claims/")):
        url = f"{start}{claim.reference}/"
        found.append((browser, url))
        page = browser.get(url).content.decode()
        acts = re.findall(rf'(?:href|action)="({re.escape(url)}[a-z_]+/(?:\?[^"]*)?)"', page)
        found += [(browser, path.replace("&amp;", "&")) for path in sorted(set(acts))]
    return found


def check(bench: Bench, claim: Claim, payloads: list[str]) -> None:
    for browser, path in pages(bench, claim):
        for language in ("fr", "en"):
            answer = browser.get(path, HTTP_ACCEPT_LANGUAGE=language)
            if answer.status_code in (302, 405):
                continue
            assert answer.status_code == 200, (path, answer.status_code)
            reader = read(answer)
            page = answer.content.decode()
            unescaped = [said for said in payloads if said in page and set(said) & set("<>\"'")]
            assert reader.bad == [], (path, unescaped, reader.bad)
            assert settings.SECRET_KEY not in reader.text


@pytest.mark.parametrize("payloads", LIVES)
def test_sec_05_words_stay_words_on_every_page(payloads: list[str]) -> None:
    """Every page at five moments of a claim, whose texts say all the payloads and whose names are another each time."""
    first, second, third, fourth = payloads
    payload = "\n".join(payloads)
    bench, claim = hostile(payloads)
    agent = bench.agent(bench.charlie)

    page = read(signed_in(bench.charlie).get(f"/desk/claims/{claim.reference}/")).text
    assert [said for said in payloads if said.strip() not in page] == []
    check(bench, claim, payloads)

    act(claim.pk, c.GiveEvidence(by=bench.buyer, text=payload))
    act(
        claim.pk,
        c.Propose(by=agent, terms=Terms(remedy=Remedy.REFUND, amount=f.euros(2500)), reasons=payload),
    )
    rename(bench, claim.order, second)
    check(bench, claim, payloads)
    act(claim.pk, c.Rule(by=agent, rule=payload[:300], reasons=payload))
    rename(bench, claim.order, third)
    check(bench, claim, payloads)
    act(claim.pk, c.AppealRuling(by=bench.buyer, reason=AppealReason.NEW_EVIDENCE, text=payload))
    back = Terms(remedy=Remedy.REFUND, amount=f.euros(2500), goods_return=True)
    act(claim.pk, c.Rule(by=bench.agent(bench.chloe), rule=payload[:300], reasons=payload, terms=back))
    act(
        claim.pk,
        c.ShipReturn(
            by=bench.buyer, shipped_on=f.dt.date(2026, 11, 20), carrier=third[:64], tracking=fourth[:64]
        ),
    )
    rename(bench, claim.order, fourth)
    check(bench, claim, payloads)
    act(claim.pk, c.RecordReturnArrival(by=bench.seller, arrived_on=f.dt.date(2026, 11, 20)))
    act(claim.pk, c.AcceptReturn(by=bench.seller))
    from recours.refunds.commands import prepare

    prepare()
    rename(bench, claim.order, first)
    check(bench, claim, payloads)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_sec_05_a_return_shows_its_carrier_and_number_as_words(payload: str) -> None:
    bench = a_bench()
    claim = f.a_claim(f.an_order(bench.alice, bench.shop), goods_return=True)
    act(claim.pk, c.Accept(by=bench.seller))
    given = {"carrier": payload[:64], "tracking": payload[:64]}
    act(claim.pk, c.ShipReturn(by=bench.buyer, shipped_on=f.dt.date(2026, 11, 20), **given))

    for browser, start in (
        (signed_in(bench.alice.user), "/claims/"),
        (signed_in(bench.bob), "/seller/claims/"),
        (signed_in(bench.charlie), "/desk/claims/"),
    ):
        reader = read(browser.get(f"{start}{claim.reference}/"))
        assert reader.bad == [], start
        assert payload.strip()[:64] in reader.text, start


@pytest.mark.parametrize("payload", PAYLOADS)
def test_sec_05_words_stay_words_when_a_form_comes_back(payload: str) -> None:
    bench, claim = hostile([payload])
    act(claim.pk, c.GiveEvidence(by=bench.buyer, text="."))
    claim.refresh_from_db()
    ref = claim.reference
    for person, path, names in (
        (
            bench.alice.user,
            f"/claims/{ref}/counter/",
            ("kind", "amount", "text", "goods_return", "number", payload),
        ),
        (bench.alice.user, f"/claims/{ref}/withdraw/", ("reason", "expected_seq")),
        (bench.alice.user, f"/claims/{ref}/change_ground/", ("ground", "explanation")),
        (bench.alice.user, f"/claims/{ref}/accept_offer/", ("number",)),
        (bench.bob, f"/seller/claims/{ref}/make_offer/", ("kind", "amount", "reasons")),
        (bench.bob, f"/seller/claims/{ref}/refuse/", ("reasons",)),
        (bench.charlie, f"/desk/claims/{ref}/rule/", ("kind", "amount", "rule", "other_rule", "reasons")),
        (bench.charlie, f"/desk/claims/{ref}/note/", ("text",)),
        (bench.alice.user, f"/orders/{claim.order_id}/received/", ("day",)),
    ):
        answer = signed_in(person).post(path, dict.fromkeys(names, payload))
        assert answer.status_code in (302, 409, 422), (path, answer.status_code)
        assert read(answer).bad == [], path
    for path in (
        f"/desk/?q={payload}",
        f"/desk/?queue={payload}&ground={payload}",
        f"/desk/?place={payload}",
    ):
        assert read(signed_in(bench.charlie).get(path, follow=True)).bad == []
    for path in (f"/seller/claims/?tab={payload}&shop={payload}", f"/seller/claims/?after={payload}"):
        assert read(signed_in(bench.bob).get(path)).bad == []
    assert read(Client().get("/account/login/", {"next": payload})).bad == []
    answer = Client().post("/account/login/", {"login": payload, "password": payload, "next": payload})
    assert read(answer).bad == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_sec_05_words_stay_words_in_the_wizard(payload: str) -> None:
    bench = a_bench()
    bench.shop.name = payload[:120]
    bench.shop.email = 'x"><script>alert(1)</script>@example.org?bcc=a@example.org'
    bench.shop.save()
    order = f.an_order(bench.alice, bench.shop, lines=[(8990, 2), 100])
    order.lines.update(title=payload[:300])
    order.payments.update(ref=payload[:100])
    line = order.lines.first().pk
    browser = signed_in(bench.alice.user)
    base = f"/orders/{order.pk}/dispute/"
    for step, good in (
        ("lines", {"lines": [line], f"quantity_{line}": "1"}), ("ground", {"ground": "damaged"}),
        ("wanted", {"remedy": "refund", "amount": "12,50", "goods_return": "no"}), ("story", {"explanation": payload}),
    ):  # fmt: skip
        assert read(browser.get(f"{base}{step}/")).bad == []
        bad = browser.post(f"{base}{step}/", dict.fromkeys(good, payload), follow=True)
        assert read(bad).bad == []
        assert browser.post(f"{base}{step}/", good).status_code == 302
    summary = browser.get(f"{base}summary/")
    assert read(summary).bad == []
    assert payload.strip() in read(summary).text
    assert read(browser.get("/orders/")).bad == []
    answer = browser.post(f"{base}summary/", follow=True)
    assert read(answer).bad == []
    assert Claim.objects.get().snapshot.opening.explanation == payload.strip()


def test_sec_24_every_face_page_has_its_headers() -> None:
    bench, claim = hostile(["x"])
    for browser, path in [
        *pages(bench, claim),
        (Client(), "/"),
        (Client(), "/account/login/"),
        (Client(), "/nowhere/"),
    ]:
        answer = browser.get(path)
        policy = answer.headers.get("Content-Security-Policy", "")
        assert "default-src 'self'" in policy, path
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        if answer.status_code == 200:
            assert "Cookie" in answer.headers["Vary"], path
            assert "no-store" in answer.headers["Cache-Control"], path
