"""Users, organisations, memberships, invitations, API keys."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from backend.common.ids import uuid7
from backend.common.models import Entity


class Role(models.TextChoices):
    """What a member or an API key may do; see `permissions.py` for the table."""

    OWNER = "owner"
    EDITOR = "editor"
    OPERATOR = "operator"
    VIEWER = "viewer"


class UserManager(BaseUserManager["User"]):
    """Finds people whatever the case they type their address in."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The person of an e-mail address."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person, known by e-mail address, which is kept in lower case."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]


class Organization(Entity):
    """The owner of everything else: rows are only ever reached through their organisation."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)


class Membership(Entity):
    """A person's role in an organisation."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="one_membership_per_organization")]


class Invite(Entity):
    """An invitation by a link that works once; only the SHA-256 of its token is kept."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="invites")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=models.Q(accepted_at__isnull=True),
                name="one_open_invite_per_email",
            )
        ]


class ApiKey(Entity):
    """A key for programs; only its SHA-256 is kept, `prefix` is what lists show."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="api_keys")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=Role.choices)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class Attempt(models.Model):
    """How often somebody tried to sign in, per account or address and window of time."""

    key = models.CharField(max_length=100, primary_key=True)  # kind, digest of the subject, number of the window
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)


class Installation(models.Model):
    """One row with the id 1, made by the first run: of two that set up at once, the second fails on it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    completed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_installation")]
