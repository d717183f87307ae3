#!/usr/bin/env python3
"""The command line of the project: Django's, with settings' errors in plain words."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learndj.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import DatabaseError
        from pymongo.errors import ConnectionFailure
    except ImportError:
        sys.exit(
            "Django is not installed in this Python. Run 'make run' once, then use '.venv/bin/python manage.py'."
        )
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"The settings cannot be used: {error}")
    except (DatabaseError, ConnectionFailure) as error:
        from liveapp.management.ending import sentence

        if (said := sentence(error)) is None:
            raise
        sys.exit(said)


if __name__ == "__main__":
    main()
