"""`manage.py two_factor`: who has a second factor, and off with it for who has lost everything."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from liveapp import audit
from liveapp.accounts import two_factor
from liveapp.changes import announce
from liveapp.models import TwoFactor


class Command(BaseCommand):
    help = "List who signs in with a second factor, or switch it off for somebody who has lost it."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--off", metavar="NAME", help="switch it off for this person")

    def handle(self, *, off: str | None, **options: Any) -> None:
        if off is None:
            self._list()
        else:
            self._switch_off(off)

    def _list(self) -> None:
        ids = set(TwoFactor.objects.filter(is_confirmed=True).values_list("user_id", flat=True))
        users = get_user_model()._default_manager.filter(pk__in=ids)
        for user in users.order_by(get_user_model().USERNAME_FIELD):
            self.stdout.write(user.get_username())
        if not ids:
            self.stderr.write("Nobody has a second factor.")

    def _switch_off(self, username: str) -> None:
        user = get_user_model()._default_manager.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username!r}. Settings → People shows all of them.")
        if not two_factor.switch_off(user):
            raise CommandError(f"{username} has no second factor.")
        announce(user, "update")
        audit.log_command(audit.subject_of(user), "change", "Switched two-factor off.")
        self.stderr.write(f"{username} signs in with the password alone now.")
