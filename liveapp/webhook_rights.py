"""What may be told to a webhook: what somebody may not see they cannot have sent to them."""

from collections.abc import Collection

from liveapp.access import Access, visible_numbers
from liveapp.changes import EVENTS
from liveapp.models import Device
from liveapp.protocol import shorten


class NotTold(Exception):
    """The sentence says what cannot be told, and how to mend it."""


def check_events(access: Access, names: Collection[str]) -> None:
    """Raises NotTold."""
    for event in names:
        if event not in EVENTS or not access.may(EVENTS[event]):
            known = ", ".join(name for name, right in EVENTS.items() if access.may(right))
            raise NotTold(f"there is no event {shorten(event)}. Use some of {known}.")


def check_devices(access: Access, ids: Collection[str] | None, *, held: Collection[str] = ()) -> None:
    """`held`: those it is told of already. Blocks; raises NotTold."""
    if ids is None:
        if not access.sees_all:
            raise NotTold("name them: only who sees all devices can leave them out.")
        return
    # One that was deleted since it was named is no reason to refuse.
    deleted = set(held) - set(Device.objects.filter(pk__in=held).values_list("pk", flat=True))
    for device_id in sorted(set(ids) - deleted - visible_numbers(access).keys()):
        raise NotTold(f"there is no device {shorten(device_id)}.")
