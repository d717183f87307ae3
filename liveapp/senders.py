"""Who speaks on the bus, and which of their messages were missed. Pure."""

# Another process that was not heard for so long has died, perhaps with readings acknowledged and not yet told.
SILENT_MS = 7_000


class Senders:
    """The last number of each sending process, and when it was heard. Times are of the wall clock, in ms."""

    def __init__(self, *, own: str, opened_ms: int) -> None:
        self._own = own
        self._opened_ms = opened_ms
        self._numbers: dict[str, int] = {}
        self._heard_ms: dict[str, int] = {}

    def hear(self, sender: str, number: int, *, now_ms: int) -> int | None:
        """Since when something of it was missed; None when the message is the next one."""
        # A sender never heard of counts from 1: what it sent before this process listened is a hole too.
        is_next = number == self._numbers.get(sender, 0) + 1
        since_ms = None if is_next else self.heard_ms(sender)
        self._numbers[sender], self._heard_ms[sender] = number, now_ms
        return since_ms

    def heard_ms(self, sender: str) -> int:
        return self._heard_ms.get(sender, self._opened_ms)

    def forget(self, sender: str) -> None:
        """It told all it had to tell."""
        self._numbers.pop(sender, None)
        self._heard_ms.pop(sender, None)

    def bury(self, *, now_ms: int) -> list[int]:
        """Forget those that fell silent without a goodbye; since when each was not heard."""
        silent = {
            sender: heard_ms
            for sender, heard_ms in self._heard_ms.items()
            if sender != self._own and heard_ms < now_ms - SILENT_MS
        }
        for sender in silent:
            self.forget(sender)
        return list(silent.values())
