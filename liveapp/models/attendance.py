"""Whether a device was there when webhooks were last told: so that of all processes that see it come, one says so."""

from django.db import IntegrityError, models, transaction

# A time that is further ahead was set by a clock that has been set back.
AHEAD_MS = 60_000


class Attendance(models.Model):
    """`since_ms` is when the process that said so saw it, in ms since 1970, UTC."""

    device_id = models.CharField(max_length=64, primary_key=True)
    online = models.BooleanField()
    since_ms = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.device_id} {'online' if self.online else 'offline'}"

    @classmethod
    def begin(cls, device_id: str, online: bool, *, seen_ms: int) -> bool:
        """Note a device for the first time; False when it is noted already."""
        try:
            with transaction.atomic():
                cls(device_id=device_id, online=online, since_ms=seen_ms).save(force_insert=True)
        except IntegrityError:
            return False
        return True

    @classmethod
    def change(cls, device_id: str, online: bool, *, seen_ms: int) -> bool:
        """Note that it came or went; False when that is noted already, or something newer is."""
        older = models.Q(since_ms__lte=seen_ms) | models.Q(since_ms__gt=seen_ms + AHEAD_MS)
        other = cls.objects.filter(older, device_id=device_id, online=not online)
        return other.update(online=online, since_ms=seen_ms) == 1
