"""Refunds to pay, by due date: record the transfer that paid one, try again one that failed."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase

from recours.desk.views.door import for_agents


@for_agents
def refunds(request: HttpRequest) -> HttpResponseBase:
    raise Http404


@for_agents
def record(request: HttpRequest, refund_id: UUID) -> HttpResponseBase:
    raise Http404


@for_agents
def retry(request: HttpRequest, refund_id: UUID) -> HttpResponseBase:
    raise Http404
