"""`recours staff`."""

import pytest
from click.testing import CliRunner
from tests import factories

from recours.cli.staff import command
from recours.people.models import DeskRole, DeskStaff, ShopStaff

pytestmark = pytest.mark.django_db(transaction=True)  # the command closes its connection


def test_shop_lets_an_account_act_for_it() -> None:
    shop, user = factories.a_shop(), factories.a_user("Bob")

    result = CliRunner().invoke(
        command, ["shop", user.email, "--marketplace", shop.marketplace.slug, "--ref", shop.ref]
    )

    assert result.exit_code == 0, result.output
    assert ShopStaff.objects.get().user == user


@pytest.mark.parametrize(
    ("flags", "role"), [([], DeskRole.AGENT), (["--administrator"], DeskRole.ADMINISTRATOR)]
)
def test_desk_appoints_an_agent_or_an_administrator(flags: list[str], role: DeskRole) -> None:
    place, user = factories.a_marketplace(), factories.a_user("Charlie")

    result = CliRunner().invoke(command, ["desk", user.email.upper(), "--marketplace", place.slug, *flags])

    assert result.exit_code == 0, result.output
    assert DeskStaff.objects.get().role == role


def test_an_account_that_does_not_exist_is_told_to_sign_up() -> None:
    place = factories.a_marketplace()

    result = CliRunner().invoke(command, ["desk", "nobody@example.org", "--marketplace", place.slug])

    assert result.exit_code == 1
    assert "s'inscrire" in result.output
