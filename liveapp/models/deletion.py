"""A deletion that was asked for: kept until the last reading of the device is gone."""

from django.db import models


class Deletion(models.Model):
    """`number` is the device's share of every reading's key; it is never used again."""

    number = models.PositiveIntegerField(primary_key=True)
    device_id = models.CharField(max_length=64)
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("asked_at",)

    def __str__(self) -> str:
        return f"{self.device_id} ({self.number})"
