"""Devices, metrics, annotations and webhooks in Django's admin. Readings stay out: they are millions."""

from datetime import datetime

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from liveapp.changes import EVENTS
from liveapp.deletion import delete_device
from liveapp.models import Annotation, Device, Metric, Webhook
from liveapp.models.device import from_ms

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
        shown = f"The token of {device.id}, shown only now: {token} (to sign requests instead: {device.signing_secret})"
        self.message_user(request, shown, messages.WARNING)


@admin.register(Metric)
class MetricAdmin(admin.ModelAdmin):
    list_display = ("name", "label", "unit", "minimum", "maximum", "decimals", "circular")
    readonly_fields = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Metrics come into being by being measured.
        return False


@admin.register(Annotation)
class AnnotationAdmin(admin.ModelAdmin):
    list_display = ("__str__", "of", "start", "end", "author", "created_at")
    list_filter = ("author",)
    search_fields = ("text", "author", "device_id")
    readonly_fields = ("of", "start", "end", "author", "created_at", "changed_at")
    fields = ("text", "start_ms", "end_ms", *readonly_fields)
    show_full_result_count = False

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


class WebhookForm(ModelForm):
    """Lists are written as JSON."""

    class Meta:
        model = Webhook
        fields = ("name", "url", "events", "devices", "enabled")

    def clean_events(self) -> list[str]:
        events = self.cleaned_data["events"]
        if not isinstance(events, list) or not events or not set(map(str, events)) <= EVENTS.keys():
            raise ValidationError(f'use a list such as ["device.added"]; there are: {", ".join(EVENTS)}.')
        return events

    def clean_devices(self) -> list[str] | None:
        devices = self.cleaned_data["devices"]
        if devices is None:
            return None
        known = Device.objects.filter(pk__in=devices if isinstance(devices, list) else ())
        if not isinstance(devices, list) or known.count() != len(set(map(str, devices))):
            raise ValidationError('use a list of devices such as ["kitchen"], or nothing for all.')
        return devices


@admin.register(Webhook)
class WebhookAdmin(admin.ModelAdmin):
    list_display = ("name", "url", "enabled", "created_at")
    list_filter = ("enabled",)
    search_fields = ("name", "url")
    form = WebhookForm
    actions = ("rotate_secrets",)

    def save_model(self, request: HttpRequest, obj: Webhook, form: ModelForm, change: bool) -> None:
        if not change:
            obj.save()
            self._show_secret(request, obj)
        elif form.changed_data:
            obj.save(update_fields=form.changed_data)

    @admin.action(description="Make new secrets", permissions=["change"])
    def rotate_secrets(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        for webhook in queryset:
            webhook.rotate()
            self._show_secret(request, webhook)

    def _show_secret(self, request: HttpRequest, webhook: Webhook) -> None:
        shown = f"The secret of {webhook.name}, shown only now: {webhook.secret}"
        self.message_user(request, shown, messages.WARNING)
