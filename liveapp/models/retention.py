"""How long readings and their rollups are kept, for the installation and for single devices."""

from django.core.validators import MaxValueValidator
from django.db import models

FOR_EVER = 0
INSTALLATION = 0
LONGEST_DAYS = 36_500
DEFAULT_DAYS = {"raw_days": 30, "minute_days": 365, "hour_days": 3650}


class DaysField(models.PositiveIntegerField):
    """A number of days; 0 is for ever, none is as the installation has it."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs |= {"null": True, "blank": True, "validators": [MaxValueValidator(LONGEST_DAYS)]}
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


class Retention(models.Model):
    """Of the device with this number, or of the installation (0). Quarters of an hour go with the minutes."""

    number = models.PositiveIntegerField(primary_key=True)
    raw_days = DaysField()
    minute_days = DaysField()
    hour_days = DaysField()
