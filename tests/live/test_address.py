import pytest
from django.template import Context, Template
from django.test import RequestFactory, override_settings

from recours.live.tickets import read_ticket

pytestmark = pytest.mark.rules


def drawn(host: str = "localhost:8000", **settings: object) -> str:
    with override_settings(**settings):
        request = RequestFactory().get("/", headers={"host": host})
        page = Template("{% load live %}{% live_url 'user:1' 'conversation:2' %}")
        return page.render(Context({"request": request}, autoescape=False))


def test_without_a_stream_there_is_no_address() -> None:
    assert drawn(LIVE_PORT=0, LIVE_URL="") == ""


def test_a_port_is_on_the_name_that_the_browser_used() -> None:
    assert drawn(LIVE_PORT=8001, LIVE_URL="").startswith("http://localhost:8001/live/?t=")


def test_an_address_behind_a_proxy_wins_and_carries_the_ticket() -> None:
    address = drawn(LIVE_PORT=8001, LIVE_URL="/live/")

    assert address.startswith("/live/?t=")
    assert read_ticket(address.partition("?t=")[2]).topics == ("user:1", "conversation:2")
