"""A device: who it is, its token's hash, and what it has measured."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.signals import post_save
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from liveapp.models.sequence import Sequence
from liveapp.signatures import derive_secret
from liveapp.tokens import hash_token, new_token

# One below the most that fits: the end of a device's keys is the first key of the next number.
MAX_NUMBER = 2**21 - 2
MAX_GROUPS = 50
RANDOM_ENDING = 6
validate_id = RegexValidator(
    r"\A[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?\Z",
    "Use 1 to 64 small letters, digits, dashes and underscores, with a letter or digit at both ends.",
)


def validate_groups(groups: Any) -> None:
    """Raises ValidationError unless it is a list of at most MAX_GROUPS different names."""
    if not isinstance(groups, list) or not all(
        isinstance(name, str) and 0 < len(name) <= 150 for name in groups
    ):
        raise ValidationError("Give a list of the groups' names; an empty one opens the device to everybody.")
    if len(groups) > MAX_GROUPS or len(set(groups)) < len(groups):
        raise ValidationError(f"Name each group once, at most {MAX_GROUPS} of them.")


def to_ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)


def from_ms(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)


class Device(models.Model):
    """A board that sends readings. `number` is its share of every reading's key and is never used again."""

    id = models.CharField(max_length=64, primary_key=True, validators=[validate_id])
    number = models.PositiveIntegerField(unique=True, editable=False)
    name = models.CharField(max_length=100)
    enabled = models.BooleanField(default=True)
    interval_ms = models.PositiveIntegerField(
        default=1000, validators=[MinValueValidator(20), MaxValueValidator(24 * 3_600_000)]
    )
    metrics = models.JSONField(default=list, editable=False)
    # By name: one that is deleted leaves the device to those who see all, and opens it to nobody.
    groups = models.JSONField(default=list, blank=True, validators=[validate_groups])
    token_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("id",)
        permissions = [("see_all_devices", "Can see devices whatever groups they are limited to")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def create(cls, *, id: str, name: str, **fields: Any) -> tuple[Self, str]:
        """A new device and its token, which is shown now and never again."""
        device = cls(id=id, name=name, **fields)
        token = device.set_new_token()
        device.save(force_insert=True)
        return device, token

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.number = self._take_number()
        if not self.token_hash:
            self.set_new_token()
        super().save(*args, **kwargs)

    def set_new_token(self) -> str:
        token = new_token(self.id)
        self.token_hash = hash_token(token)
        return token

    def rotate_token(self) -> str:
        """A new token, shown now and never again; the old one stops at once."""
        token = self.set_new_token()
        self.save(update_fields=["token_hash"])
        return token

    @property
    def signing_secret(self) -> str:
        """What a board signs requests with that does not send its token; a new token makes a new one."""
        return derive_secret("device", self.number, self.token_hash)

    def add_metrics(self, names: Iterable[str]) -> bool:
        """Add names to those this object holds; False when somebody else has changed them meanwhile.

        Safe between processes without a lock: the update is its own guard.
        """
        metrics = [*self.metrics, *names]
        as_read = Device.objects.filter(pk=self.pk, number=self.number, metrics=self.metrics)
        if not as_read.update(metrics=metrics):
            return False
        self.metrics = metrics
        _tell_updated(self, "metrics")
        return True

    def rename_group(self, before: str, after: str) -> None:
        """Let it follow a group that has another name now. What somebody else has limited meanwhile stays."""
        device: Device | None = self
        while device is not None and before in device.groups:
            groups = list(dict.fromkeys(after if name == before else name for name in device.groups))
            as_read = Device.objects.filter(pk=self.pk, number=self.number)
            if as_read.filter(groups=device.groups).update(groups=groups):
                device.groups = groups
                _tell_updated(device, "groups")
                return
            device = as_read.first()

    @staticmethod
    def _take_number() -> int:
        number = Sequence.take("device")
        if number > MAX_NUMBER:
            raise OverflowError(f"All {MAX_NUMBER} device numbers of this database have been used.")
        return number

    @classmethod
    def free_id(cls, name: str) -> str:
        """An id made from a name: "Küche 1" → "kuche-1", with a number behind it where that is taken."""
        stem = slugify(name).replace("_", "-").strip("-")[:56].strip("-") or "device"
        taken = set(cls.objects.filter(id__startswith=stem).values_list("id", flat=True))
        candidates = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
        return next(candidate for candidate in candidates if candidate not in taken)

    @classmethod
    def random_id(cls, name: str) -> str:
        """An id made from a name that tells nothing of other devices: "kuche-k3f9tz"."""
        ending = get_random_string(RANDOM_ENDING, "abcdefghjkmnpqrstuvwxyz23456789")
        return f"{slugify(name)[: 63 - RANDOM_ENDING] or 'device'}-{ending}"

    def describe(self) -> dict[str, Any]:
        """What all may see of it, as the API and the change events give it."""
        return {
            "id": self.id,
            "name": self.name,
            "enabled": self.enabled,
            "interval_ms": self.interval_ms,
            "metrics": list(self.metrics),
            "created": to_ms(self.created_at),
            "groups": list(self.groups),
        }


def _tell_updated(device: Device, field: str) -> None:
    """An update alone would tell nobody."""
    post_save.send(Device, instance=device, created=False, update_fields=frozenset({field}), raw=False)
