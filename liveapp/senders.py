"""Who speaks on the bus, and which of their messages were missed. Pure."""

# Another process that was not heard for so long has died, perhaps with readings acknowledged and not yet told.
SILENT_MS = 7_000
# Of so many of those their last numbers are known still, should they speak again.
MOST_BURIED = 32


class Senders:
    """The last number of each sending process, and when it was heard.

    Silence is measured by a monotonic clock, in s, for the wall clock may be set; that dates the spans told, in ms.
    """

    def __init__(self, *, own: str, opened_ms: int) -> None:
        self._own = own
        self._opened_ms = opened_ms
        self._numbers: dict[str, int] = {}
        self._heard_ms: dict[str, int] = {}
        # Of the living.
        self._heard_s: dict[str, float] = {}
        # In the order of their burial.
        self._buried: dict[str, None] = {}

    def hear(self, sender: str, number: int, *, now_ms: int, now_s: float) -> int | None:
        """Since when something of it was missed; None when the message is the next one."""
        # A sender never heard of counts from 1: what it sent before this process listened is a hole too.
        is_next = number == self._numbers.get(sender, 0) + 1
        since_ms = None if is_next else self.heard_ms(sender)
        self._buried.pop(sender, None)
        self._numbers[sender], self._heard_ms[sender], self._heard_s[sender] = number, now_ms, now_s
        return since_ms

    def heard_ms(self, sender: str) -> int:
        return self._heard_ms.get(sender, self._opened_ms)

    def give_time(self, *, now_s: float) -> None:
        """Nobody could be heard until now: nobody's silence began before."""
        self._heard_s = dict.fromkeys(self._heard_s, now_s)

    def forget(self, sender: str) -> None:
        """It told all it had to tell."""
        self._numbers.pop(sender, None)
        self._heard_ms.pop(sender, None)
        self._heard_s.pop(sender, None)
        self._buried.pop(sender, None)

    def bury(self, *, now_s: float) -> list[int]:
        """Those that fell silent without a goodbye, each once; since when it was not heard."""
        silent_s = now_s - SILENT_MS / 1000
        if self._own and self._heard_s.get(self._own, silent_s) <= silent_s:
            # Who does not hear even itself was held up, or hears nobody.
            return []
        silent = {
            sender: self._heard_ms[sender]
            for sender, heard_s in self._heard_s.items()
            if sender != self._own and heard_s < silent_s
        }
        for sender in silent:
            self._bury(sender)
        return list(silent.values())

    def _bury(self, sender: str) -> None:
        """It may only have been cut off: its number is kept, or all it ever said would be missed when it is back."""
        del self._heard_s[sender]
        self._buried[sender] = None
        if len(self._buried) > MOST_BURIED:
            self.forget(next(iter(self._buried)))
