"""An annotation: what somebody wrote about a moment or a span of time."""

import uuid
from bisect import bisect_left
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from liveapp.clock import now_ms
from liveapp.models.device import Device, from_ms, to_ms
from liveapp.models.reading import TIME_MASK

INSTALLATION = 0
MAX_TEXT = 500
DAY_MS = 24 * 3_600_000
# The longest annotation of each size; a moment is of the first. What touches a span begins at most so long before it:
# without sizes, one that lasts a year would make all that began within a year a candidate.
SIZES_MS = (0, DAY_MS // 24, DAY_MS, 32 * DAY_MS, 400 * DAY_MS, TIME_MASK)
SPAN = frozenset({"start_ms", "end_ms", "size"})
ENDS_EARLY = "must be after the start; leave it out for a moment."
# Scripts and emoji need them within a word.
JOINERS = str.maketrans("", "", "\u200c\u200d")
TIMES = (MinValueValidator(0), MaxValueValidator(TIME_MASK))


def now() -> datetime:
    """In whole milliseconds, which is what MongoDB keeps."""
    return from_ms(now_ms())


def one_paragraph(text: str) -> str:
    """White space, line breaks included, as single spaces."""
    return " ".join(text.split())


def validate_text(text: str) -> None:
    shown = one_paragraph(text).translate(JOINERS)
    if not shown.strip() or not shown.isprintable():
        raise ValidationError("use printable characters only.")


class Annotation(models.Model):
    """Of the device with this number, or of the installation (0). One without an end is of a moment.

    It names its device as a reading does, by the number: a device made anew under an old id has nothing of the old one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(default=INSTALLATION, editable=False)
    device_id = models.CharField(max_length=64, blank=True, editable=False)
    start_ms = models.BigIntegerField(validators=TIMES)
    end_ms = models.BigIntegerField(null=True, blank=True, validators=TIMES)
    size = models.PositiveSmallIntegerField(editable=False)
    text = models.CharField(max_length=MAX_TEXT, validators=[validate_text])
    # The name stays when the account goes.
    author = models.CharField(max_length=150, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(default=now, editable=False)
    changed_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ("-start_ms",)
        indexes = [models.Index(fields=["number", "size", "start_ms"], name="annotation_by_start")]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 60 else f"{self.text[:59]}…"

    def clean(self) -> None:
        self.text = one_paragraph(self.text)
        if self.start_ms is not None and self.end_ms is not None and self.end_ms <= self.start_ms:
            raise ValidationError({"end_ms": ENDS_EARLY})

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        length_ms = 0 if self.end_ms is None else self.end_ms - self.start_ms
        self.size = bisect_left(SIZES_MS, length_ms)
        self.changed_at = now()
        if update_fields is not None:
            given = {*update_fields, "changed_at"}
            # They are one thing: a start and an end that two people changed at once would not fit together.
            update_fields = given | SPAN if given & SPAN else given
        super().save(update_fields=update_fields, **kwargs)

    @property
    def device(self) -> str | None:
        return self.device_id or None

    @classmethod
    def about(cls, device: Device | None) -> dict[str, Any]:
        """The fields that say what an annotation is of; None: of the whole installation."""
        return {} if device is None else {"number": device.number, "device_id": device.id}

    @classmethod
    def touching(
        cls, numbers: Collection[int], *, start_ms: int, end_ms: int
    ) -> "models.QuerySet[Annotation]":
        """Those of these numbers that begin before `end_ms` and are not over at `start_ms`."""
        found = models.Q()
        for size, longest_ms in enumerate(SIZES_MS):
            begun = models.Q(start_ms__gte=max(0, start_ms - longest_ms), start_ms__lt=end_ms)
            over = models.Q(end_ms__gte=start_ms) if size else models.Q()
            # All of it in each branch: so each is one look into the index.
            found |= models.Q(number__in=numbers, size=size) & begun & over
        return cls.objects.filter(found)

    @classmethod
    def delete_of(cls, number: int, limit: int) -> int:
        """Delete at most `limit` of a device's, without a word: the device's own removal says it. Returns how many."""
        ids = list(cls.objects.filter(number=number).values_list("pk", flat=True)[:limit])
        return cls.objects.filter(pk__in=ids)._raw_delete("default") if ids else 0

    def describe(self) -> dict[str, Any]:
        """As the API and the change events give it."""
        return {
            "id": str(self.id),
            "device": self.device,
            "start": self.start_ms,
            "end": self.end_ms,
            "text": self.text,
            "author": self.author,
            "created": to_ms(self.created_at),
        }
