"""A job of the workers: when it is due, and which of them has it in hand."""

from datetime import UTC, datetime, timedelta

from django.db import models

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Job(models.Model):
    """One row a kind of job. Every update names what must still hold: the row is its own lock, on both engines."""

    name = models.CharField(max_length=32, primary_key=True)
    due_at = models.DateTimeField(default=LONG_AGO)
    holder = models.CharField(max_length=32, blank=True)
    held_until = models.DateTimeField(default=LONG_AGO)
    finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def hurry(cls, name: str) -> None:
        """Let a job be due now, and once more if it runs at this moment."""
        now = datetime.now(UTC)
        if not cls.objects.filter(name=name).update(due_at=now):
            cls.objects.get_or_create(name=name, defaults={"due_at": now})

    @staticmethod
    def ready(name: str, *, now: datetime, lease_s: float, wait_s: float) -> models.Q:
        """The job, when it is due and in nobody's hand. `wait_s` is the longest that it is ever made to wait.

        A time that is further ahead than any that is ever set was set by a clock that has been set back since: it
        could be years away. Clocks of several machines may differ by a lease, here as everywhere.
        """
        lease = timedelta(seconds=lease_s)
        due = models.Q(due_at__lte=now) | models.Q(due_at__gt=now + timedelta(seconds=wait_s) + lease)
        free = models.Q(held_until__lte=now) | models.Q(held_until__gt=now + lease + lease)
        return models.Q(name=name) & due & free

    @classmethod
    def claim(cls, name: str, holder: str, *, now: datetime, lease_s: float, wait_s: float) -> bool:
        """Take a job that is due and in nobody's hand; False when another worker was quicker."""
        until = now + timedelta(seconds=lease_s)
        free = cls.objects.filter(cls.ready(name, now=now, lease_s=lease_s, wait_s=wait_s))
        return free.update(holder=holder, held_until=until, due_at=until) == 1

    @classmethod
    def renew(cls, name: str, holder: str, *, now: datetime, lease_s: float) -> bool:
        """Hold a claimed job for longer; False when it is in another hand by now."""
        mine, until = cls.objects.filter(name=name, holder=holder), now + timedelta(seconds=lease_s)
        mine.filter(due_at__gt=now).update(due_at=until)
        return mine.update(held_until=until) == 1

    @classmethod
    def release(cls, name: str, holder: str, *, now: datetime, every_s: float, error: str = "") -> None:
        """Give a claimed job back, due again after `every_s`, or sooner if somebody hurried it meanwhile."""
        mine = cls.objects.filter(name=name, holder=holder)
        free = {"holder": "", "held_until": LONG_AGO, "finished_at": now, "last_error": error}
        # Claimed, it was due at the end of its lease: an earlier time was set by `hurry`.
        if not mine.filter(due_at__gt=now).update(**free, due_at=now + timedelta(seconds=every_s)):
            mine.update(**free)
