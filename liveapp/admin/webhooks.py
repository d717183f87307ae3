"""Webhooks: who may be told what."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from liveapp.admin.recorded import RecordedAdmin, access
from liveapp.changes import EVENTS
from liveapp.models import Device, Webhook


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
class WebhookAdmin(RecordedAdmin):
    list_display = ("name", "url", "enabled", "created_at")
    list_filter = ("enabled",)
    search_fields = ("name", "url")
    form = WebhookForm
    actions = ("rotate_secrets",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return access(request).sees_all and super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Webhook | None = None) -> bool:
        # They tell of all devices, and are nobody's own.
        return access(request).sees_all and super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access(request).sees_all and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Webhook | None = None) -> bool:
        return access(request).sees_all and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Webhook | None = None) -> bool:
        return access(request).sees_all and super().has_delete_permission(request, obj)

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
            self.log_change(request, webhook, "Made a new secret.")

    def _show_secret(self, request: HttpRequest, webhook: Webhook) -> None:
        shown = f"The secret of {webhook.name}, shown only now: {webhook.secret}"
        self.message_user(request, shown, messages.WARNING)
