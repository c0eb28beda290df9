"""What allauth writes to people goes through the outbox, as everything that leaves does."""

from __future__ import annotations

from typing import Any

from allauth.core import context as allauth_context
from django.contrib.sites.shortcuts import get_current_site

from recours import clock
from recours.outbox.commands import write_letter
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
        known = user if isinstance(user, User) else None
        write_letter(
            subject=str(letter.subject),
            body=str(letter.body),
            site=site.name,
            address=email,
            name=known.name if known else "",
            user_id=known.pk if known else None,
            language=lang(),
            now=clock.now(),
        )
