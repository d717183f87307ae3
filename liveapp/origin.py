"""Which dashboard asked for the change at hand, so that it is not told twice, and from which address."""

from collections.abc import Callable
from contextvars import ContextVar

origin: ContextVar[str | None] = ContextVar("origin", default=None)
# The key of the account that asked, empty for nobody's. Looked up when it is called, as late as can be.
author: ContextVar[Callable[[], str]] = ContextVar("author", default=lambda: "")
# Empty where it is not known.
address: ContextVar[str] = ContextVar("address", default="")
