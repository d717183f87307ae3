"""Devices: list, add, change, rotate, delete."""

from typing import Any

from asgiref.sync import async_to_sync
from django.db import IntegrityError
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from liveapp import audit, process
from liveapp.api import visible
from liveapp.api.permissions import MayChange
from liveapp.api.serializers import (
    TAKEN,
    CommandSerializer,
    DeviceSerializer,
    DeviceWithTokenSerializer,
    NewDeviceSerializer,
    ResultSerializer,
)
from liveapp.deletion import delete_device
from liveapp.errors import DeviceOffline
from liveapp.models import Device


class DeviceViewSet(
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.DestroyModelMixin,
    viewsets.GenericViewSet[Device],
):
    """Devices and their tokens."""

    queryset = Device.objects.all()
    serializer_class = DeviceSerializer
    http_method_names = ("get", "post", "patch", "delete", "head", "options")

    def get_object(self) -> Device:
        return visible.find_device(self.request, self.kwargs["pk"])

    def list(self, request: Request) -> Response:
        """Those that this person sees."""
        return Response([self.get_serializer(device).data for device in visible.devices(request)])

    @extend_schema(request=NewDeviceSerializer, responses={201: DeviceWithTokenSerializer})
    def create(self, request: Request) -> Response:
        """Add a device. The answer is the only one that ever shows its token."""
        given = NewDeviceSerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        fields: dict[str, Any] = {"id": self._free_id(given.validated_data["name"]), **given.validated_data}
        try:
            device, token = Device.create(**fields)
        except IntegrityError as error:
            # Somebody else was quicker between the look and the deed.
            raise ValidationError({"id": [TAKEN]}) from error
        audit.log(request.user, audit.subject_of(device), "add")
        return Response(self._with_token(device, token), status=201)

    def _free_id(self, name: str) -> str:
        # Counted up it would tell who does not see all that there is another one.
        return Device.free_id(name) if visible.access(self.request).sees_all else Device.random_id(name)

    def perform_update(self, serializer: BaseSerializer[Device]) -> None:
        assert serializer.instance is not None
        fields = audit.changed_fields(serializer.instance, serializer.validated_data)
        device = serializer.save()
        audit.log(self.request.user, audit.subject_of(device), "change", fields=fields)

    def perform_destroy(self, instance: Device) -> None:
        subject = audit.subject_of(instance)
        delete_device(instance)
        audit.log(self.request.user, subject, "delete")

    @extend_schema(request=None, responses=DeviceWithTokenSerializer)
    @action(detail=True, methods=["post"], permission_classes=[MayChange])
    def rotate(self, request: Request, pk: str) -> Response:
        """Make a new token; the old one stops at once."""
        device = self.get_object()
        token = device.rotate_token()
        audit.log(request.user, audit.subject_of(device), "change", sentence="Made a new token.")
        return Response(self._with_token(device, token))

    @extend_schema(request=CommandSerializer, responses=ResultSerializer)
    @action(detail=True, methods=["post"], permission_classes=[MayChange])
    def command(self, request: Request, pk: str) -> Response:
        """Ask the board to do something (`show_message`, `identify`) and wait for what it says."""
        given = CommandSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        device = self.get_object()
        if not process.current_hub().presence.is_online(device.id):
            raise DeviceOffline(f'"{device.id}" is not connected. Try again when it is online.')
        audit.record_command(request.user, device, given.validated_data["command"])
        return Response(_ask(device.id, **given.validated_data))

    def _with_token(self, device: Device, token: str) -> dict[str, Any]:
        secrets = {"token": token, "signing_secret": device.signing_secret}
        return {**self.get_serializer(device).data, **secrets}


def _ask(device_id: str, command: str, args: dict[str, Any]) -> dict[str, Any]:
    async def ask() -> dict[str, Any]:
        return await process.current().commands.ask(device_id, command, args)

    return async_to_sync(ask)()
