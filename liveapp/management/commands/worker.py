"""`manage.py worker`: the jobs that need no connection, in a process of their own."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from liveapp.worker import Workers


class Command(BaseCommand):
    help = (
        "Run the jobs (rollups, removing the readings of deleted devices and what was kept for long enough, old "
        "sessions, sending webhooks) in this process. Servers do it too unless they are started with --without-worker; "
        "any number may run, each job runs in one of them."
    )

    def handle(self, **options: Any) -> None:
        workers = Workers()
        for number in (signal.SIGTERM, signal.SIGINT):
            # From a thread: the signal may come while one holds the lock that `stop` needs.
            signal.signal(number, lambda *_: threading.Thread(target=workers.stop).start())
        self.stderr.write("The worker looks for jobs (stop with Ctrl-C).")
        workers.start()
        workers.wait()
