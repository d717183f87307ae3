"""What may be used once: a signed message's id, a token's value."""

import hashlib
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, models, transaction

# So long they outlive their time: a clock that is set back a little makes none of them new.
KEPT = timedelta(hours=1)


class Nonce(models.Model):
    """One that was spent. What it was is not kept: the row's name is a hash of it, and that it is there is the lock."""

    id = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.id

    @classmethod
    def spend(cls, purpose: str, value: str, until: datetime) -> bool:
        """False when it was spent already. `until`: from then on `value` is worth nothing anyway. Blocks.

        Of many processes that try at once exactly one gets True, on either engine.
        """
        identity = hashlib.sha256(f"{purpose}\0{value}".encode("utf-8", "surrogatepass")).hexdigest()
        try:
            # An insert of its own: one that fails must not end a transaction around it.
            with transaction.atomic():
                cls(id=identity, expires_at=until).save(force_insert=True)
        except IntegrityError:
            return False
        return True

    @classmethod
    def clear(cls) -> int:
        """Delete those that are worth nothing any more; returns how many."""
        return cls.objects.filter(expires_at__lt=datetime.now(UTC) - KEPT)._raw_delete("default")
