"""Who is signed in, as Django and allauth keep it, read by statements that are composed once: every page asks both."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account import auth_backends
from django.contrib.auth import backends
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from recours.composed import Composed
from recours.people.models import User

_SESSION = Composed(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now))
_USER: Composed[User] = Composed(lambda user_id: User.objects.filter(pk=user_id))


class SessionStore(db.SessionStore):
    """Django's own (`SESSION_ENGINE` names this module)."""

    def load(self) -> dict[str, Any]:
        """Return what is kept under the key of the cookie, nothing when it is over or never was."""
        # The machine's clock, by which Django says until when it lasts.
        found = _SESSION.first(str(self.session_key), timezone.now())
        if found is None:
            self._session_key = None
            return {}
        return self.decode(found.session_data)


class _BySession(backends.ModelBackend):
    def get_user(self, user_id: Any) -> User | None:
        found = _USER.first(UUID(str(user_id)))
        return found if found is not None and self.user_can_authenticate(found) else None


class ByPassword(_BySession):
    """Django's own."""


class ByAllauth(_BySession, auth_backends.AuthenticationBackend):  # type: ignore[misc]
    """allauth's own."""
