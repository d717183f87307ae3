"""`manage.py demo`, the work behind `make run`: a server and a simulated board, ready to look at."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from pymongo.errors import PyMongoError

from liveapp import audit
from liveapp.accounts.links import sign_in_link
from liveapp.management import address
from liveapp.models import Device
from liveapp.store import in_short

USERNAME = "maker"
DEVICE = "sense-hat"
STOP_S = 10


class Command(BaseCommand):
    help = "Run the server with a simulated Sense HAT that publishes to it, and print a sign-in link."

    def add_arguments(self, parser: Any) -> None:
        address.add_arguments(parser)

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        from learndj.server import new_server

        address.check_free(host, port)
        settings.ALLOWED_HOSTS.append(address.reachable(host))
        link, token = self._prepare(host, port)
        server = new_server(host=host, port=port)
        publisher = Publisher(host, port, token)
        starter = threading.Thread(target=self._announce, args=(server, publisher, link, host), daemon=True)
        starter.start()
        try:
            with address.noted(host, port):
                server.run()
        finally:
            publisher.stop()
        self.stdout.write("\nSense Live has stopped.")

    def _prepare(self, host: str, port: int) -> tuple[str, str]:
        """The sign-in link and the board's token, after all tables are made."""
        try:
            call_command("migrate", interactive=False, verbosity=0)
            user = _administrator()
            audit.log_command(audit.subject_of(user), "change", "Made a sign-in link.")
            token = _token()
        except (DatabaseError, PyMongoError) as error:
            raise CommandError(
                f"The database of DATABASE_URL does not answer: {in_short(error)}.\n"
                "Start it (docker compose up) and check the address, or leave DATABASE_URL unset to use SQLite."
            ) from error
        return sign_in_link(user, address.url_of(host, port)), token

    def _announce(self, server: Any, publisher: "Publisher", link: str, host: str) -> None:
        while not server.started:
            if server.should_exit:
                return
            threading.Event().wait(0.05)
        publisher.start()
        self.stdout.write(
            "\nSense Live is running. Open this link to sign in (it works once, within a day):\n"
        )
        self.stdout.write(f"\n{link}\n\n")
        if host in address.EVERYWHERE:
            self.stdout.write("On another machine put this one's name or address in the place of the link's.")
        self.stdout.write("Another link: .venv/bin/python manage.py sign_in_link    Stop: Ctrl-C")
        self.stdout.flush()


class Publisher:
    """The real publisher, reading a simulated sensor, in a process of its own."""

    def __init__(self, host: str, port: int, token: str) -> None:
        self._token = token
        spool = settings.DATA_DIR / "simulated-board.sqlite3"
        url = f"ws://{address.reachable(host)}:{port}/ws/device/"
        self._command = [sys.executable, "-m", "utils.publisher", "--url", url, "--sensor", "simulator"]
        self._command += ["--spool", str(spool), "--log-level", "warning"]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        root = Path(settings.BASE_DIR)
        # The token in the environment: a command line can be read by every user of the machine.
        environment = {**os.environ, "SENSE_TOKEN": self._token}
        # A group of its own: Ctrl-C stops the server first, and what the board still has stays in its spool.
        self._process = subprocess.Popen(self._command, cwd=root, env=environment, start_new_session=True)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _administrator() -> Any:
    """The first administrator; on an empty database one without a password, who comes in by link only."""
    users = get_user_model()._default_manager
    if found := users.filter(is_superuser=True, is_active=True).first():
        return found
    made = get_user_model().objects.create_superuser(USERNAME, password=None)
    audit.log_command(audit.subject_of(made), "add")
    return made


def _token() -> str:
    """A new one of the simulated board, which is made where there is none yet."""
    if device := Device.objects.filter(id=DEVICE).first():
        token = device.rotate_token()
        audit.log_command(audit.subject_of(device), "change", "Made a new token.")
    else:
        device, token = Device.create(id=DEVICE, name="Simulated Sense HAT")
        audit.log_command(audit.subject_of(device), "add")
    return token
