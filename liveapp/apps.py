"""The Django app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LiveAppConfig(AppConfig):
    name = "liveapp"
    verbose_name = "Sense Live"

    def ready(self) -> None:
        from learndj.mongo_indexes import rebuild_unique_indexes
        from liveapp import changes, roles
        from liveapp.audit import logged

        changes.connect()
        logged.connect()
        # Behind auth's own receiver, which makes the permissions.
        post_migrate.connect(roles.make_roles, sender=self, dispatch_uid="make-roles")
        post_migrate.connect(rebuild_unique_indexes, dispatch_uid="rebuild-unique-indexes")
