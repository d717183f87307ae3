"""`manage.py serve`: the server, for production too."""

from typing import Any

from django.core.management.base import BaseCommand

from liveapp.management import address


class Command(BaseCommand):
    help = "Run one server process (uvicorn). Stop it with SIGTERM or Ctrl-C: it finishes what it is storing."

    def add_arguments(self, parser: Any) -> None:
        address.add_arguments(parser)
        parser.add_argument(
            "--without-worker",
            action="store_true",
            help="leave the jobs to `manage.py worker` (one that runs elsewhere for all servers)",
        )

    def handle(self, *, host: str, port: int, without_worker: bool, **options: Any) -> None:
        from learndj.server import new_server

        address.check_free(host, port)
        self.stderr.write(f"Listening on http://{host}:{port} (stop with Ctrl-C).")
        with address.noted(host, port):
            new_server(host=host, port=port, with_worker=not without_worker).run()
