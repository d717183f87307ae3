"""The Django app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LiveAppConfig(AppConfig):
    name = "liveapp"
    verbose_name = "Sense Live"

    def ready(self) -> None:
        from learndj.mongo_indexes import rebuild_unique_indexes
        from liveapp import changes

        changes.connect()
        post_migrate.connect(rebuild_unique_indexes, dispatch_uid="rebuild-unique-indexes")
