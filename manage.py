#!/usr/bin/env python3
"""The command line of the project: Django's, with settings' errors in plain words."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learndj.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import DatabaseError, OperationalError
        from pymongo.errors import ConnectionFailure
    except ImportError:
        sys.exit(
            "Django is not installed in this Python. Run 'make run' once, then use '.venv/bin/python manage.py'."
        )
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"The settings cannot be used: {error}")
    except (OperationalError, ConnectionFailure) as error:
        sys.exit(f"The database of DATABASE_URL does not answer: {str(error)[:200]}")
    except DatabaseError as error:
        from liveapp.store import DAMAGED, is_damage

        if not is_damage(error.__cause__):
            raise
        sys.exit(DAMAGED)


if __name__ == "__main__":
    main()
