"""`manage.py sign_in_link`: a link that signs a person in, once."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from liveapp import audit
from liveapp.accounts.links import sign_in_link


class Command(BaseCommand):
    help = "Print a link that signs a person in, once, within a day."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("username", nargs="?", help="default: the first administrator")
        parser.add_argument(
            "--url", default="", help="the server's address (default: PUBLIC_URL, or http://127.0.0.1:8000)"
        )

    def handle(self, *, username: str | None, url: str, **options: Any) -> None:
        users = get_user_model()._default_manager.filter(is_active=True)
        user = (
            users.filter(username=username).first() if username else users.filter(is_superuser=True).first()
        )
        if user is None:
            raise CommandError(
                f"There is no active user {username!r}."
                if username
                else "There is no administrator yet. Make one: manage.py createsuperuser"
            )
        base_url = (url or settings.PUBLIC_URL or "http://127.0.0.1:8000").rstrip("/")
        audit.log_command(audit.subject_of(user), "change", "Made a sign-in link.")
        self.stdout.write(sign_in_link(user, base_url))
