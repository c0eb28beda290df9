"""Accounts and what they may do: buy, act for shops, work at a marketplace's desk, or several of these."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from recours.marketplaces.models import Marketplace, Shop


class UserManager(BaseUserManager["User"]):
    """Makes accounts; addresses are stored in lower case so that one person has one account."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who can sign in, by e-mail address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, default="fr")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_folded"),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class ShopRole(models.TextChoices):
    STAFF = "staff"
    ADMINISTRATOR = "administrator"


class ShopStaff(models.Model):
    """A user who acts for a shop. An administrator chooses who else does."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="shop_roles", db_index=False)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="staff")
    role = models.CharField(max_length=16, choices=ShopRole)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "shop"], name="shop_staff_once"),
            models.CheckConstraint(condition=Q(role__in=ShopRole.values), name="shop_staff_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} @ {self.shop_id}"


class DeskRole(models.TextChoices):
    """What somebody is at a desk; rules/access/table.toml says what each may."""

    AGENT = "agent"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class DeskStaff(models.Model):
    """A user who works at a marketplace's desk."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="desk_roles", db_index=False)
    marketplace = models.ForeignKey(Marketplace, on_delete=models.CASCADE, related_name="desk_staff")
    role = models.CharField(max_length=16, choices=DeskRole)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "marketplace"], name="desk_staff_once"),
            models.CheckConstraint(condition=Q(role__in=DeskRole.values), name="desk_staff_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} @ {self.marketplace_id}"
