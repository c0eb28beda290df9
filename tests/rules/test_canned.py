"""Placeholders are flat: looked up once, and nothing else in an answer means anything."""

import pytest

from recours.rules.canned import Filled, Placeholder, fill, named

VALUES = {
    Placeholder.BUYER: "Camille",
    Placeholder.ORDER: "MM-1",
    Placeholder.ARTICLE: "Lampe",
    Placeholder.SHOP: "Nova",
    Placeholder.ME: "Wen",
}


def test_each_placeholder_is_filled_in_both_languages_and_any_case() -> None:
    text = "{{ buyer }} {{acheteur}} {{ Order }} {{  COMMANDE  }} {{ article }} {{ shop }} {{ boutique }} {{moi}}"

    assert fill(text, VALUES) == Filled("Camille Camille MM-1 MM-1 Lampe Nova Nova Wen")


def test_what_is_put_in_is_not_read_again() -> None:
    values = VALUES | {Placeholder.BUYER: "{{ order }}", Placeholder.ARTICLE: "{{ me }} \\1 \\g<0> {0}"}

    assert fill("{{ buyer }}, {{ article }}", values).text == "{{ order }}, {{ me }} \\1 \\g<0> {0}"


def test_what_is_no_placeholder_stays_and_is_told_once() -> None:
    text = "{{ byer }} {{ byer }} {{ }} {{ buyer.email }}"

    assert fill(text, VALUES) == Filled(text, unknown=("byer", "", "buyer.email"))


def test_a_placeholder_without_a_value_stays_and_is_told() -> None:
    found = fill("Commande {{ commande }}", VALUES | {Placeholder.ORDER: ""})

    assert found == Filled("Commande {{ commande }}", empty=("commande",))


def test_what_is_told_is_short() -> None:
    assert fill("{{ " + "x" * 5000 + " }}", VALUES).unknown == ("x" * 40,)


PAYLOADS = [
    # str.format and %
    "{buyer}", "{0}", "{}", "{{{buyer}}", "{buyer.__class__}", "{0.__class__.__mro__}", "{me!r}", "{me:>99999999}",
    "%(buyer)s", "%s", "%n", "{{buyer!r}}", "{{ buyer:>99 }}", "{{buyer.__class__.__init__.__globals__}}",
    # Django
    "{{ buyer|safe }}", "{{ request.user.password }}", "{{ settings.SECRET_KEY }}", "{% debug %}", "{% load log %}",
    "{% include '/etc/passwd' %}", "{% if 1 %}x{% endif %}", "{# comment #}", "{{ forloop }}", "{{ block.super }}",
    "{% autoescape off %}{{ me|safe }}", "{% ssi /etc/passwd %}", "{{ buyer|default:me }}",
    # Jinja, Twig, Mako, ERB, Freemarker, Velocity, Angular, Vue
    "{{ 7*7 }}", "{{ 7 * '7' }}", "{{ config }}", "{{ self.__init__ }}", "{{ ''.__class__.__mro__[1] }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}", "{{ lipsum.__globals__ }}", "{%- set x = 1 -%}",
    "{{ _self.env.display('x') }}", "${7*7}", "${self.module.cache.util.os.system('id')}", "<%= 7*7 %>", "#{7*7}",
    "<#assign x=1>", "$!{x}", "{{ constructor.constructor('alert(1)')() }}", "{{ $on.constructor('x')() }}",
    # Mustache, shells, markup, and braces astray
    "{{{ buyers }}}", "{{& buyer }}", "{{> buyer }}", "{{#buyer}}{{/buyer}}", "{{=<% %>=}}", "$(id)", "`id`",
    "<script>alert(1)</script>", "{{ buyer", "buyer }}", "{ { buyer } }", "{{\nbuyer\n}}", "{{ buyer; }}", "}}{{",
    "{{ b\u200buyer }}", "{{ \uff42uyer }}",
]  # fmt: skip


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 50


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_is_ever_evaluated(payload: str) -> None:
    found = fill(f"a {payload} z", VALUES)

    # "{{{buyer}}" holds a placeholder that is one; the brace before it is text.
    assert found.text == f"a {payload} z".replace("{{buyer}}", "Camille")


@pytest.mark.parametrize(
    "text", ["{" * 100_000, "{{" * 50_000, "{{ x" * 50_000, "}}" * 50_000, "{{a}" * 50_000]
)
def test_braces_by_the_thousand_take_no_time(text: str) -> None:
    assert fill(text, VALUES).text == text


def test_names() -> None:
    assert named("ARTICLE") is Placeholder.ARTICLE
    assert named("acheteurs") is None
