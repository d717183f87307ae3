"""Tells systemd that the publisher is ready and alive (the sd_notify protocol); does nothing elsewhere."""

import logging
import os
import socket
from collections.abc import Mapping

log = logging.getLogger(__name__)


class Notifier:
    """Speaks to the socket that systemd named in the environment."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        # Half the time allowed, as systemd's manual advises.
        self.watchdog_s = _whole(environment.get("WATCHDOG_USEC", "")) / 2_000_000

    def tell(self, *states: str) -> None:
        """Send states such as `READY=1`; a systemd that does not listen is logged, no more."""
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
                channel.setblocking(False)
                channel.sendto("\n".join(states).encode(), address)
        except OSError as error:
            log.warning("systemd could not be told %s: %s", states, error)


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0
