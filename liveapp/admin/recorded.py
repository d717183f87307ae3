"""What all pages of the administration share: what is done there is recorded, and none tells of what is hidden."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from liveapp.access import Access, access_of
from liveapp.audit.logged import record_entries


class RecordedAdmin(admin.ModelAdmin):
    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        logged = super().log_deletions(request, queryset)
        # Of several at once Django's log saves all together, which no signal tells of.
        if len(logged) > 1:
            record_entries(logged)
        return logged

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not request.user.has_perm(f"admin.view_{LogEntry._meta.model_name}"):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """By the filters that are shown, and no other field: a list that is longer or shorter tells what is in it."""
        is_shown = lookup.partition("__")[0] in self.get_list_filter(request)
        return is_shown and super().lookup_allowed(lookup, value, request)

    def get_deleted_objects(self, objs: Sequence[Any] | QuerySet[Any], request: HttpRequest) -> Any:
        """By their own names: what goes with them may be nobody's business."""
        _, counts, needed, protected = super().get_deleted_objects(objs, request)
        own = {str(self.model._meta.verbose_name_plural): len(objs)}
        return [str(one) for one in objs], own if counts else counts, needed, protected


def access(request: HttpRequest) -> Access:
    return access_of(request.user)
