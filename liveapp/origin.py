"""Which dashboard asked for the change at hand, so that it is not told twice."""

from contextvars import ContextVar

origin: ContextVar[str | None] = ContextVar("origin", default=None)
