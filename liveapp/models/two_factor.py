"""The second factor of an account. Neither a secret nor a recovery code is stored."""

import uuid

from django.conf import settings
from django.db import models


class TwoFactor(models.Model):
    """The secret follows from the server's own and `salt`. It counts from the first right code on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    salt = models.CharField(max_length=64)
    is_confirmed = models.BooleanField(default=False)
    # Of the last code that was taken, in steps since the epoch: it and those before it are used up.
    last_step = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "confirmed" if self.is_confirmed else "not confirmed"


class RecoveryCode(models.Model):
    """For who has lost the other thing. Each is good once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64)
    is_used = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "used" if self.is_used else "good"
