"""Numbers handed out once and never again, on both engines."""

from django.db import models


class Sequence(models.Model):
    """A named counter."""

    name = models.CharField(max_length=32, primary_key=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"

    @classmethod
    def take(cls, name: str) -> int:
        """The next number of `name`. Safe between processes without a lock: the update is its own guard."""
        while True:
            last = cls.objects.get_or_create(name=name)[0].last
            if cls.objects.filter(name=name, last=last).update(last=last + 1):
                return last + 1
