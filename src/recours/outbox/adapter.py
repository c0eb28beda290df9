"""What allauth writes to people goes through the outbox, as everything that leaves does."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from allauth.core import context as allauth_context
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.db import transaction

from recours import clock, jobs
from recours.outbox.models import Mail
from recours.people.adapter import AccountAdapter
from recours.people.models import User
from recours.ui.language import lang


class OutboxAccountAdapter(AccountAdapter):
    """Puts letters about an account on the outbox; the visitor does not wait for the mail server."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a letter down in the language of the page that asked for it."""
        request = allauth_context.request
        site = get_current_site(request)
        told = {"request": request, "email": email, "current_site": site} | context
        letter = self.render_mail(template_prefix, email, told)
        user = context.get("user")
        now, key = clock.now(), uuid4()
        with transaction.atomic():
            Mail.objects.create(
                id=key,
                key=f"account:{key}",
                kind=Mail.ACCOUNT,
                renderer="account",
                payload={"subject": str(letter.subject), "body": str(letter.body), "site": site.name},
                user_id=user.pk if isinstance(user, User) else None,
                address=email,
                name=user.name if isinstance(user, User) else "",
                language=lang(),
                created_at=now,
                not_before=now,
                message_id=f"<{key}@{settings.MAIL_DOMAIN}>",
            )
            jobs.defer("outbox.send")
