"""The Django app."""

from django.apps import AppConfig


class LiveAppConfig(AppConfig):
    name = "liveapp"
    verbose_name = "Sense Live"

    def ready(self) -> None:
        from liveapp import changes

        changes.connect()
