"""How often somebody tried to sign in of late, counted for all processes in one place."""

from django.db import models


class Attempts(models.Model):
    """`id` is a digest of who tried what; times are in ms since the epoch. Every update names what must still hold."""

    id = models.CharField(max_length=64, primary_key=True)
    tries = models.PositiveIntegerField(default=0)
    # What it means is its limit's business.
    until_ms = models.BigIntegerField(default=0)
    # From then on it is as if there were no row.
    forgotten_ms = models.BigIntegerField(default=0, db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.tries} of {self.id[:8]}"

    @classmethod
    def find(cls, id: str) -> "Attempts":
        """The row, or one that is not stored yet."""
        return cls.objects.filter(id=id).first() or cls(id=id)

    def replace(self, *, tries: int, until_ms: int, forgotten_ms: int) -> bool:
        """Put these in the place of what was found; False when somebody else was quicker."""
        new = {"tries": tries, "until_ms": until_ms, "forgotten_ms": forgotten_ms}
        if self._state.adding:
            return type(self).objects.get_or_create(id=self.id, defaults=new)[1]
        found = {"tries": self.tries, "until_ms": self.until_ms, "forgotten_ms": self.forgotten_ms}
        return type(self).objects.filter(id=self.id, **found).update(**new) == 1
