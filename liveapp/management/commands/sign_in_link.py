"""`manage.py sign_in_link`: a link that signs a person in, once."""

import re
from argparse import ArgumentTypeError
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from learndj import env
from liveapp import audit
from liveapp.accounts.links import sign_in_link
from liveapp.management import address


def _url(text: str) -> str:
    url = text.rstrip("/")
    if not re.fullmatch(env.PUBLIC_URL, url):
        raise ArgumentTypeError(f"{text!r} is no address: use one such as http://192.168.1.5:8000.")
    return url


class Command(BaseCommand):
    help = "Print a link that signs a person in, once, within a day."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("username", nargs="?", help="default: the first administrator")
        parser.add_argument(
            "--url",
            type=_url,
            help="the server's address (default: PUBLIC_URL, or that of the server that runs here)",
        )

    def handle(self, *, username: str | None, url: str | None, **options: Any) -> None:
        users = get_user_model()._default_manager.filter(is_active=True)
        user = (
            users.filter(username=username).first() if username else users.filter(is_superuser=True).first()
        )
        if user is None:
            raise CommandError(
                f"There is no active user {username!r}. Settings → People shows all of them."
                if username
                else "There is no administrator yet. Make one: manage.py createsuperuser"
            )
        audit.log_command(audit.subject_of(user), "change", "Made a sign-in link.")
        self.stdout.write(sign_in_link(user, url or address.running_url()))
