"""The button pressed twice at the very same instant."""

import pytest
from tests.at_once import at_once
from tests.factories import a_request, a_stored_file, an_order, the_buyer

from recours.claims.commands.drafts import add_draft_files, save_draft, submit_draft
from recours.claims.models import Claim, Draft, Evidence
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role


@pytest.mark.django_db(transaction=True)
def test_submit_draft_twice_at_once_opens_one_claim() -> None:
    order = an_order()
    user = the_buyer(order.buyer_id)
    assert user.id is not None
    draft = save_draft(
        user_id=user.id, marketplace_id=order.marketplace_id, order_id=order.pk, step="x", answer={}
    )
    add_draft_files(draft=draft, files=[a_stored_file()])
    request = a_request(order, key=draft.pk)

    results = at_once(
        *[
            lambda: submit_draft(draft_id=draft.pk, request=request, by=Actor(Role.BUYER, user.id))
            for _ in "ab"
        ]
    )

    assert [type(result) for result in results] == [Claim, Claim]
    assert Claim.objects.count() == 1
    assert [one.exhibit for one in Evidence.objects.all()] == ["A-1"]


@pytest.mark.django_db(transaction=True)
def test_save_draft_from_two_tabs_at_once_makes_one() -> None:
    order = an_order()
    user = the_buyer(order.buyer_id)
    assert user.id is not None

    def save(step: str) -> Draft:
        assert user.id is not None
        return save_draft(
            user_id=user.id, marketplace_id=order.marketplace_id, step=step, answer={"a": ["b"]}
        )

    at_once(lambda: save("ground"), lambda: save("wanted"))

    assert Draft.objects.get().answers == {"ground": {"a": ["b"]}, "wanted": {"a": ["b"]}}
