"""The time zone of this installation: its days begin at midnight there."""

from zoneinfo import ZoneInfo

from django.utils.timezone import get_default_timezone


def zone() -> ZoneInfo:
    """As settings.TIME_ZONE has it."""
    found = get_default_timezone()
    assert isinstance(found, ZoneInfo)
    return found
