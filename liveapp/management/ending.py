"""What to say, instead of a traceback, when the database ends a command."""

import re

from django.db import DatabaseError, OperationalError
from pymongo.errors import ConnectionFailure

from liveapp.store import DAMAGED, in_short, is_damage

NO_TABLES = (
    "The database of DATABASE_URL has no tables of this version. Make them: manage.py migrate. Or is it not the one "
    "that the servers have?"
)


def sentence(error: Exception) -> str | None:
    """None where it is a defect of the command's. MongoDB's errors come wrapped, and the wrapping is empty."""
    wrapped = error.__cause__ if isinstance(error, DatabaseError) else None
    cause = wrapped if isinstance(wrapped, Exception) else error
    if is_damage(cause):
        return DAMAGED
    if re.match("no such (table|column)", str(cause)):
        return NO_TABLES
    if isinstance(error, OperationalError) or isinstance(cause, ConnectionFailure):
        return f"The database of DATABASE_URL does not answer: {in_short(cause)}. Start it, and check the address."
    return None
