"""Webhooks: who may be told what."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import JSONField, ModelForm
from django.forms.fields import InvalidJSONInput
from django.http import HttpRequest

from liveapp.access import NOTHING, Access
from liveapp.admin.recorded import RecordedAdmin, access
from liveapp.api.parsers import is_whole
from liveapp.changes import EVENTS
from liveapp.models import Webhook
from liveapp.webhook_rights import NotTold, check_devices, check_events


class ListField(JSONField):
    """Written as JSON; what Python cannot read, or not write down again, is none."""

    def to_python(self, value: Any) -> Any:
        try:
            return _writable(super().to_python(value))
        except (RecursionError, ValueError) as error:
            raise ValidationError("use a list in JSON.") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        try:
            return _writable(super().bound_data(data, initial))
        except (RecursionError, ValueError):
            return InvalidJSONInput(data)


def _writable(value: Any) -> Any:
    """Raises ValueError for halves of characters."""
    if not is_whole(value):
        raise ValueError("a character is only half there")
    return value


class WebhookForm(ModelForm):
    """Lists are written as JSON."""

    # Of who writes them.
    access: Access = NOTHING

    class Meta:
        model = Webhook
        fields = ("name", "url", "events", "devices", "enabled")
        field_classes = {"events": ListField, "devices": ListField}

    def clean_events(self) -> list[str]:
        events = self.cleaned_data["events"]
        if not _is_texts(events) or not events:
            raise ValidationError(f'use a list such as ["device.added"]; there are: {", ".join(EVENTS)}.')
        with _told():
            check_events(self.access, events)
        return list(events)

    def clean_devices(self) -> list[str] | None:
        devices: list[str] | None = self.cleaned_data["devices"]
        if devices is not None and not _is_texts(devices):
            raise ValidationError('use a list of devices such as ["kitchen"], or nothing for all.')
        with _told():
            check_devices(self.access, devices, held=self.instance.devices or ())
        return devices


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except NotTold as error:
        raise ValidationError(str(error)) from error


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

    def get_form(
        self, request: HttpRequest, obj: Webhook | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        made: type[ModelForm] = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"access": access(request)})

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
