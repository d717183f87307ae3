"""What takes long: whether who asked for it may still have it."""

import time

from rest_framework.request import Request

from liveapp.access import NOTHING, visible_device
from liveapp.authentication import Viewer, looked_up
from liveapp.errors import Forbidden
from liveapp.models import Device
from liveapp.store import storage_errors

# So often it is looked at again: nothing flows for longer than that once a right is gone.
EVERY_S = 1.0


class Permit:
    """Of one request, for one device and one right: good for as long as the session and the rights are."""

    def __init__(self, request: Request, device: Device, right: str) -> None:
        user, key = request.user, request._request.session.session_key
        assert user.is_authenticated
        self._viewer = Viewer(user.pk, user.get_session_auth_hash(), key or "")
        self.device, self._right = device, right
        self._looked_s = time.monotonic()

    def check(self) -> None:
        """Blocks now and then. Raises Forbidden or StorageUnavailable."""
        if time.monotonic() - self._looked_s < EVERY_S:
            return
        access = looked_up([self._viewer]).get(self._viewer, NOTHING)
        with storage_errors():
            found = visible_device(access, self.device.id)
        # Another one of its name is another one.
        if found is None or found.number != self.device.number or not access.may(self._right):
            raise Forbidden("You may not do this any more: it ended before its end.")
        self._looked_s = time.monotonic()
