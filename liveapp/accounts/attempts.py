"""An attempt to sign in, or to prove who one is: counted before it is made."""

from liveapp.accounts import counting
from liveapp.accounts.addresses import neighbourhood_of
from liveapp.accounts.counting import Undo
from liveapp.accounts.limits import ADDRESS, CODE, FAR, KNOWN_MS, MAIL, NEAR
from liveapp.clock import now_ms
from liveapp.errors import TooManyAttempts
from liveapp.models import Attempts

KNOWN = "known"


class Attempt:
    """Of `username`, whether there is such an account or not, from `address`. Blocks.

    A stranger who tries all day must not keep the owner out: where the owner signed in lately, only what
    is tried from there counts.
    """

    def __init__(self, username: str, address: str) -> None:
        self._account = username
        self._near = (username, neighbourhood_of(address))
        self._undo: list[Undo] = []

    def begin(self) -> None:
        """Raises TooManyAttempts."""
        count_address(self._near[1])
        self._count_guess()

    def _count_guess(self) -> None:
        self._undo.append(counting.count(NEAR, *self._near))
        if self._is_known():
            return
        try:
            self._undo.append(counting.count(FAR, self._account))
        except TooManyAttempts:
            # Nothing was tried here.
            self.undo()
            raise

    def begin_code(self) -> None:
        """The password was right, a code is to be looked at. Raises TooManyAttempts."""
        if not self._is_known():
            self._undo.append(counting.count(CODE, self._account))

    def undo(self) -> None:
        """It was no guess. That the address asked stays counted."""
        for undo in self._undo:
            undo()
        self._undo.clear()

    def succeed(self) -> None:
        """It was the owner, who is at home here from now on."""
        self.undo()
        counting.forget(NEAR, *self._near)
        until_ms = now_ms() + KNOWN_MS
        known = {"until_ms": until_ms, "forgotten_ms": until_ms}
        Attempts.objects.update_or_create(id=self._known_key(), defaults=known)

    def _is_known(self) -> bool:
        return Attempts.objects.filter(id=self._known_key(), forgotten_ms__gt=now_ms()).exists()

    def _known_key(self) -> str:
        return counting.key_of(KNOWN, *self._near)


def count_address(address: str) -> None:
    """Whatever is tried. Raises TooManyAttempts."""
    counting.count(ADDRESS, neighbourhood_of(address))


def count_mail(email: str) -> None:
    """Raises TooManyAttempts, whether there is such an account or not."""
    counting.count(MAIL, email.casefold())
