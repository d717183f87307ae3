"""Sends mail beside the requests, one after the other, and never more than a few that wait."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import close_old_connections

MOST_WAITING = 50

logger = logging.getLogger(__name__)


class Outbox:
    """A thread of its own: a mail server that hangs holds up nobody."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="mail")
        self._free = threading.BoundedSemaphore(most)

    def put(self, write: Callable[[], list[EmailMessage]]) -> None:
        """Let the thread write mails and send them. What does not fit any more is left out, and said in the log."""
        if not self._free.acquire(blocking=False):
            logger.warning("Too many mails wait for the mail server: one was left out.")
            return
        self._executor.submit(self._send, write)

    def _send(self, write: Callable[[], list[EmailMessage]]) -> None:
        close_old_connections()
        try:
            for message in write():
                message.send()
        except Exception as error:
            # The mail server's or the database's; who asked has been answered, the same as everybody.
            logger.warning("A mail could not be sent by %s: %r", settings.EMAIL_HOST, error)
        finally:
            close_old_connections()
            self._free.release()


outbox = Outbox()


def is_set_up() -> bool:
    return bool(settings.EMAIL_HOST)
