"""Which dashboard asked for the change at hand, so that it is not told twice, and from which address."""

from contextvars import ContextVar

origin: ContextVar[str | None] = ContextVar("origin", default=None)
# Empty where it is not known.
address: ContextVar[str] = ContextVar("address", default="")
