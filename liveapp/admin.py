"""Devices and metrics in Django's admin. Readings stay out: they are millions."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from liveapp.deletion import delete_device
from liveapp.models import Device, Metric

admin.site.site_header = admin.site.site_title = "Sense Live"


@admin.register(Device)
class DeviceAdmin(admin.ModelAdmin):
    list_display = ("id", "name", "enabled", "last_seen_at", "created_at")
    list_filter = ("enabled",)
    search_fields = ("id", "name")
    readonly_fields = ("number", "metrics", "created_at", "last_seen_at")
    fields = ("id", "name", "enabled", "interval_ms", *readonly_fields)
    actions = ("rotate_tokens",)

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

    def delete_model(self, request: HttpRequest, obj: Device) -> None:
        delete_device(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Device]) -> None:
        for device in queryset:
            delete_device(device)

    def _show_token(self, request: HttpRequest, device: Device, token: str) -> None:
        self.message_user(request, f"The token of {device.id}, shown only now: {token}", messages.WARNING)


@admin.register(Metric)
class MetricAdmin(admin.ModelAdmin):
    list_display = ("name", "label", "unit", "minimum", "maximum", "decimals", "circular")
    readonly_fields = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Metrics come into being by being measured.
        return False
