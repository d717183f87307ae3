"""Sends what is due: one delivery at a time to each webhook, all webhooks at once."""

import threading
import time
import uuid
from queue import Empty, SimpleQueue

from liveapp.clock import now_ms
from liveapp.models import Delivery, Webhook
from liveapp.pace import Hold
from liveapp.webhooks import attempt
from liveapp.webhooks.request import TOTAL_S, Outcome, post

POLL_S = 0.5

Done = tuple[Delivery, Webhook, Outcome]


def send(hold: Hold) -> str:
    """The job, for as long as this worker has it in hand: `hold` ends it."""
    sending = Sending()
    while True:
        try:
            hold()
        except BaseException:
            # What is on its way is finished; what is not noted in time is sent once more.
            sending.finish(TOTAL_S)
            raise
        sending.begin()
        sending.settle(POLL_S)


class Sending:
    """A thread for each delivery on its way; the database is asked by the one that calls, alone.

    Each webhook has a lane: a receiver that is slow or dead holds up its own.
    """

    def __init__(self) -> None:
        self._done: SimpleQueue[Done] = SimpleQueue()
        self._busy: set[uuid.UUID] = set()
        # Until when a webhook rests, in seconds of the monotonic clock.
        self._resting: dict[uuid.UUID, float] = {}

    def begin(self) -> None:
        """Send one that is due to each webhook that is free. Blocks shortly."""
        due = Delivery.due(now_ms=now_ms())
        if not due.exists():
            return
        for webhook in Webhook.objects.filter(enabled=True):
            if webhook.pk not in self._busy and time.monotonic() >= self._resting.get(webhook.pk, 0.0):
                delivery = due.filter(webhook_id=webhook.pk).order_by("due_ms").first()
                if delivery is not None and delivery.claim(now_ms=now_ms()):
                    self._start(delivery, webhook)

    def _start(self, delivery: Delivery, webhook: Webhook) -> None:
        self._busy.add(webhook.pk)
        headers, body = attempt.headers_of(delivery, webhook), delivery.body.encode()

        def run() -> None:
            self._done.put((delivery, webhook, post(webhook.url, headers, body)))

        threading.Thread(target=run, name="webhook", daemon=True).start()

    def settle(self, patience_s: float) -> None:
        """Note what came back; where nothing does, wait for so long. Blocks."""
        try:
            done = self._done.get(timeout=patience_s)
            while True:
                self._settle(*done)
                done = self._done.get_nowait()
        except Empty:
            return

    def _settle(self, delivery: Delivery, webhook: Webhook, outcome: Outcome) -> None:
        self._busy.discard(webhook.pk)
        if rest_s := attempt.settle(delivery, webhook, outcome):
            self._resting[webhook.pk] = time.monotonic() + rest_s

    def finish(self, patience_s: float) -> None:
        """Wait for what is on its way. Blocks for so long at most."""
        until_s = time.monotonic() + patience_s
        while self._busy and (left_s := until_s - time.monotonic()) > 0:
            self.settle(left_s)
