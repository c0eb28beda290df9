"""The policies of a marketplace: published as versions, each kept for the claims opened under it."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from uuid import UUID

from django.db import connection, transaction
from msgspec.structs import replace

from recours.marketplaces.models import Marketplace, PolicyVersion
from recours.rules.policy import Policy, parse_policy


class NoPolicy(Exception):
    """The marketplace has not published any policy, so that nothing can be claimed there."""


@lru_cache(maxsize=1024)
def policy_of(marketplace_id: UUID, version: int) -> Policy:
    """Return one published version, kept in memory because it never changes. Raises PolicyVersion.DoesNotExist."""
    row = PolicyVersion.objects.get(marketplace_id=marketplace_id, version=version)
    policy = parse_policy(row.source)
    # The number and the day under which it was published are the ones that traces cite, whatever the file says.
    published_on = policy.calendar.local_date(row.published_at)
    return replace(policy, meta=replace(policy.meta, version=row.version, published_on=published_on))


NEWEST = "SELECT max(version) FROM marketplaces_policyversion WHERE marketplace_id = %s"


def current_version(marketplace_id: UUID) -> int:
    """Return the number of the policy that a claim opened now is judged by. Raises NoPolicy."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [marketplace_id])
        (version,) = cursor.fetchone()
    if version is None:
        raise NoPolicy
    return int(version)


def current_policy(marketplace_id: UUID) -> Policy:
    """Return the policy in force now. Raises NoPolicy."""
    return policy_of(marketplace_id, current_version(marketplace_id))


def policy_at(marketplace_id: UUID, at: dt.datetime) -> Policy:
    """Return the policy that was in force at `at` (aware UTC). Raises NoPolicy."""
    rows = PolicyVersion.objects.filter(marketplace_id=marketplace_id, published_at__lte=at)
    version = rows.order_by("-version").values_list("version", flat=True).first()
    if version is None:
        raise NoPolicy
    return policy_of(marketplace_id, version)


def publish_policy(*, marketplace_id: UUID, source: str, now: dt.datetime) -> PolicyVersion:
    """Publish the next version of a marketplace's policy, under its lock. Raises PolicyError for a malformed one.

    Claims that are open keep the version they were opened under.
    """
    parse_policy(source)
    with transaction.atomic():
        Marketplace.objects.select_for_update().get(pk=marketplace_id)
        last = PolicyVersion.objects.filter(marketplace_id=marketplace_id).order_by("-version").first()
        return PolicyVersion.objects.create(
            marketplace_id=marketplace_id,
            version=last.version + 1 if last else 1,
            source=source,
            published_at=now,
        )
