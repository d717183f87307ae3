"""Devices, metrics and annotations, as far as they exist for who looks."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple, ModelForm, MultipleChoiceField
from django.http import HttpRequest

from liveapp.access import visible_devices, visible_numbers
from liveapp.admin.recorded import RecordedAdmin, access
from liveapp.audience import metrics_seen
from liveapp.deletion import delete_device
from liveapp.models import Annotation, Device, Metric
from liveapp.models.annotation import INSTALLATION
from liveapp.models.device import from_ms
from liveapp.roles import ROLES


@admin.register(Device)
class DeviceAdmin(RecordedAdmin):
    list_display = ("id", "name", "enabled", "last_seen_at", "created_at")
    list_filter = ("enabled",)
    search_fields = ("id", "name")
    readonly_fields = ("number", "metrics", "created_at", "last_seen_at")
    actions = ("rotate_tokens",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Device]:
        return super().get_queryset(request).filter(pk__in=visible_numbers(access(request)))

    def has_add_permission(self, request: HttpRequest) -> bool:
        # That an id is taken would tell of a device that is hidden.
        return access(request).sees_all and super().has_add_permission(request)

    def get_fields(self, request: HttpRequest, obj: Device | None = None) -> tuple[str, ...]:
        limits = ("groups",) if access(request).sees_all else ()
        return ("id", "name", "enabled", "interval_ms", *limits, *self.readonly_fields)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "groups":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        everybody = "None: everybody who may see devices sees it."
        choices = [(name, name) for name in _limits()]
        return MultipleChoiceField(
            choices=choices, required=False, widget=CheckboxSelectMultiple, help_text=everybody
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Device | None = None) -> tuple[str, ...]:
        return ("id", *self.readonly_fields) if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: Device, form: ModelForm, change: bool) -> None:
        if not change:
            token = obj.set_new_token()
            obj.save()
            self._show_token(request, obj, token)
        elif form.changed_data:
            # Only what was changed here: the rest, as it was read, may have got a new token or new metrics since.
            obj.save(update_fields=form.changed_data)

    @admin.action(description="Make new tokens", permissions=["change"])
    def rotate_tokens(self, request: HttpRequest, queryset: QuerySet[Device]) -> None:
        for device in queryset:
            self._show_token(request, device, device.rotate_token())
            self.log_change(request, device, "Made a new token.")

    def delete_model(self, request: HttpRequest, obj: Device) -> None:
        delete_device(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Device]) -> None:
        for device in queryset:
            delete_device(device)

    def _show_token(self, request: HttpRequest, device: Device, token: str) -> None:
        shown = f"The token of {device.id}, shown only now: {token} (to sign requests instead: {device.signing_secret})"
        self.message_user(request, shown, messages.WARNING)


def _limits() -> list[str]:
    """The groups that there are, and those that devices are limited to although they are gone."""
    known = set(Group.objects.exclude(name__in=ROLES).values_list("name", flat=True))
    return sorted(known.union(*Device.objects.values_list("groups", flat=True)))


@admin.register(Metric)
class MetricAdmin(RecordedAdmin):
    list_display = ("name", "label", "unit", "minimum", "maximum", "decimals", "circular")
    readonly_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Metric]:
        found = super().get_queryset(request)
        if access(request).sees_all:
            return found
        return found.filter(pk__in=metrics_seen(visible_devices(access(request))))

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Metrics come into being by being measured.
        return False


@admin.register(Annotation)
class AnnotationAdmin(RecordedAdmin):
    list_display = ("__str__", "of", "start", "end", "author", "created_at")
    list_filter = ("author",)
    search_fields = ("text", "author", "device_id")
    readonly_fields = ("of", "start", "end", "author", "created_at", "changed_at")
    fields = ("text", "start_ms", "end_ms", *readonly_fields)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Annotation]:
        numbers = [INSTALLATION, *visible_numbers(access(request)).values()]
        return super().get_queryset(request).filter(number__in=numbers)

    def has_add_permission(self, request: HttpRequest) -> bool:
        # They are made on the time axis, by whoever writes them.
        return False

    def save_model(self, request: HttpRequest, obj: Annotation, form: ModelForm, change: bool) -> None:
        if form.changed_data:
            obj.save(update_fields=form.changed_data)

    @admin.display(description="device", ordering="device_id")
    def of(self, obj: Annotation) -> str:
        return obj.device or "(the installation)"

    @admin.display(ordering="start_ms")
    def start(self, obj: Annotation) -> datetime:
        return from_ms(obj.start_ms)

    @admin.display(ordering="end_ms")
    def end(self, obj: Annotation) -> datetime | None:
        return None if obj.end_ms is None else from_ms(obj.end_ms)
