"""Brings batches to the server: one message in flight, until each reading is acknowledged or given up for good."""

import asyncio
import logging
import random
from collections.abc import Sequence
from typing import Protocol

from .counts import Counts
from .errors import NoAnswer, NothingAccepted, ServerClockMoved
from .protocol import MOST_BYTES, Ack, Refusal, readings_message
from .spool import Dated
from .writer import Writer

log = logging.getLogger(__name__)

DEFAULT_RETRY_MS = 5000
LONGEST_RETRY_MS = 300_000
IN_THE_FUTURE = "in_the_future"
UNREADABLE = {"invalid_json", "invalid_message"}
# So many readings refused in a row are no accident: rather wait than throw a whole spool away.
MOST_REFUSED_IN_A_ROW = 10
MOST_KINDS = 100


def _ahead(part: Sequence[Dated], ack: Ack) -> set[int]:
    """The numbers of those readings that the server did not store because they lie in its future."""
    whole = [entry for entry in ack.rejected if entry.metric is None and entry.code == IN_THE_FUTURE]
    return {part[entry.index].seq for entry in whole if 0 <= entry.index < len(part)}


class Connection(Protocol):
    """What is needed of a WebSocket connection."""

    async def send(self, message: str) -> None:
        """Send one text frame."""


class Delivery:
    """What is on its way, kept from one connection to the next."""

    def __init__(self, writer: Writer, counts: Counts, *, ack_timeout_s: float = 30.0) -> None:
        self.limit = 1000
        self._writer = writer
        self._counts = counts
        self._ack_timeout_s = ack_timeout_s
        self._unanswered: list[Dated] = []
        self._part = self.limit
        self._id = 0
        self._answer: asyncio.Future[Ack | Refusal] | None = None
        self._refused_in_a_row = 0
        self._trouble = ""
        self._rejections: set[str] = set()

    def hear(self, answer: Ack | Refusal) -> None:
        """Take an answer of the server; one to another message is stale and left alone."""
        waiting = self._answer is not None and not self._answer.done()
        # An error may come without an id; as only one message is in flight, it is about that one.
        ours = answer.id == self._id or (answer.id is None and isinstance(answer, Refusal))
        if waiting and ours and self._answer is not None:
            self._answer.set_result(answer)

    def shrink(self) -> None:
        """The last message was too big for the way: send at most half as many from now on."""
        self.limit = max(1, min(self.limit, self._part, len(self._unanswered) or self.limit) // 2)
        self._part = self.limit

    async def resume(self, connection: Connection) -> None:
        """Send what the last connection left without an answer, the same messages again."""
        await self._work_off(connection)

    async def deliver(self, connection: Connection, batch: Sequence[Dated]) -> None:
        """Send `batch` and return when nothing of it has to be sent again.

        Raises `NoAnswer`, or what `connection` raises when it breaks; then `resume` goes on.
        """
        self._unanswered = list(batch)
        await self._work_off(connection)

    async def _work_off(self, connection: Connection) -> None:
        while self._unanswered:
            part = self._next_part()
            answer = await self._ask(connection, part)
            if isinstance(answer, Ack):
                await self._acknowledge(part, answer)
            else:
                await self._bear(part, answer)

    def _next_part(self) -> list[Dated]:
        part: list[Dated] = []
        size = 0
        for reading in self._unanswered[: max(1, min(self._part, self.limit))]:
            size += len(reading.text) + 1
            if part and size > MOST_BYTES:
                break
            part.append(reading)
        return part

    async def _ask(self, connection: Connection, part: Sequence[Dated]) -> Ack | Refusal:
        self._id += 1
        self._answer = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._ack_timeout_s):
                await connection.send(readings_message(self._id, [reading.text for reading in part]))
                self._counts.sent += len(part)
                return await self._answer
        except TimeoutError as error:
            raise NoAnswer(
                f"The server did not acknowledge within {self._ack_timeout_s:g} s. Connecting and sending again."
            ) from error

    async def _acknowledge(self, part: Sequence[Dated], ack: Ack) -> None:
        ahead = _ahead(part, ack)
        self._leave(part, but=ahead)
        self._part = min(self.limit, self._part * 2)
        self._refused_in_a_row = 0
        self._counts.stored += ack.stored
        self._counts.duplicates += ack.duplicates
        self._count_rejections(ack)
        if self._trouble:
            log.info("The server takes readings again.")
            self._trouble = ""
        if ahead:
            await self._writer.undate(ahead)
            # What was not sent yet is read from the spool again.
            self._unanswered = []
            raise ServerClockMoved("The server's clock was set back. Asking it for the time again.")

    def _leave(self, part: Sequence[Dated], *, but: set[int]) -> None:
        self._unanswered = self._unanswered[len(part) :]
        self._writer.forget({reading.seq for reading in part} - but)

    def _count_rejections(self, ack: Ack) -> None:
        lost = [entry for entry in ack.rejected if entry.metric is None and entry.code != IN_THE_FUTURE]
        self._counts.rejected += len({entry.index for entry in lost})
        for entry in ack.rejected:
            kind = f"{entry.metric or 'reading'} {entry.code}"
            if kind not in self._rejections and len(self._rejections) < MOST_KINDS:
                log.warning(
                    "The server did not store this (%s): %s. More of it is only counted.", kind, entry.detail
                )
                self._rejections.add(kind)

    async def _bear(self, part: Sequence[Dated], refusal: Refusal) -> None:
        if refusal.code == "too_many_readings" and len(part) > 1:
            self.limit = max(1, len(part) // 2)
            log.info("The server takes fewer than %d readings at once; sending %d.", len(part), self.limit)
        elif refusal.code in UNREADABLE and len(part) > 1:
            # Somewhere in here is one that the server cannot read: halve until it stands alone.
            self._part = len(part) // 2
        elif refusal.code in UNREADABLE:
            await self._give_up(part[0], refusal)
        else:
            await self._wait(refusal)

    async def _give_up(self, reading: Dated, refusal: Refusal) -> None:
        if self._refused_in_a_row >= MOST_REFUSED_IN_A_ROW:
            # All of it was answered, so none of it is in doubt: let fresh readings go first next time.
            self._unanswered = []
            raise NothingAccepted(
                f"The server refuses every reading ({refusal.code}: {refusal.detail}). None is thrown away for that; "
                "trying again later. Do the versions of server and publisher fit together?"
            )
        self._refused_in_a_row += 1
        self._counts.refused += 1
        log.error(
            "The server cannot read this reading, so it is dropped (%s: %s): %s",
            refusal.code, refusal.detail, reading.text,
        )  # fmt: skip
        await self._writer.refuse(reading.seq)
        self._unanswered = self._unanswered[1:]

    async def _wait(self, refusal: Refusal) -> None:
        wait_ms = min(max(refusal.retry_ms or DEFAULT_RETRY_MS, 100), LONGEST_RETRY_MS)
        if refusal.code != self._trouble:
            log.warning("The server does not take readings now (%s: %s).", refusal.code, refusal.detail)
            self._trouble = refusal.code
        await asyncio.sleep(wait_ms / 1000 * random.uniform(1, 1.25))  # noqa: S311  chance, not secrecy
