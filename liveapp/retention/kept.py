"""From when on a device's readings are kept."""

from liveapp.models.retention import FOR_EVER
from liveapp.retention.periods import AllPeriods
from liveapp.retention.plan import cutoff_ms
from liveapp.store import storage_errors


def readings_kept_since_ms(number: int) -> int:
    """What is older is deleted by the job's next run. Blocks; raises StorageUnavailable."""
    with storage_errors():
        days = AllPeriods.load().kept(number).raw_days
    return cutoff_ms(days or FOR_EVER) or 0
