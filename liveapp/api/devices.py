"""Devices: list, add, change, rotate, delete."""

from typing import Any

from asgiref.sync import async_to_sync
from django.db import IntegrityError
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import DjangoModelPermissions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from liveapp import process
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
from liveapp.protocol import shorten


class MayChange(DjangoModelPermissions):
    """A POST that changes a device, and adds none."""

    perms_map = {
        **DjangoModelPermissions.perms_map,
        "POST": ["%(app_label)s.change_%(model_name)s"],
    }


class DeviceViewSet(
    mixins.ListModelMixin,
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
        found: Device | None = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound(f"There is no device {shorten(self.kwargs['pk'])}.")
        self.check_object_permissions(self.request, found)
        return found

    @extend_schema(request=NewDeviceSerializer, responses={201: DeviceWithTokenSerializer})
    def create(self, request: Request) -> Response:
        """Add a device. The answer is the only one that ever shows its token."""
        given = NewDeviceSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields: dict[str, Any] = {"id": Device.free_id(given.validated_data["name"]), **given.validated_data}
        try:
            device, token = Device.create(**fields)
        except IntegrityError as error:
            # Somebody else was quicker between the look and the deed.
            raise ValidationError({"id": [TAKEN]}) from error
        return Response(_with_token(device, token), status=201)

    def perform_destroy(self, instance: Device) -> None:
        delete_device(instance)

    @extend_schema(request=None, responses=DeviceWithTokenSerializer)
    @action(detail=True, methods=["post"], permission_classes=[MayChange])
    def rotate(self, request: Request, pk: str) -> Response:
        """Make a new token; the old one stops at once."""
        device = self.get_object()
        return Response(_with_token(device, device.rotate_token()))

    @extend_schema(request=CommandSerializer, responses=ResultSerializer)
    @action(detail=True, methods=["post"], permission_classes=[MayChange])
    def command(self, request: Request, pk: str) -> Response:
        """Ask the board to do something (`show_message`, `identify`) and wait for what it says."""
        given = CommandSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        device = self.get_object()
        if not process.current_hub().presence.is_online(device.id):
            raise DeviceOffline(f'"{device.id}" is not connected. Try again when it is online.')
        return Response(_ask(device.id, **given.validated_data))


def _ask(device_id: str, command: str, args: dict[str, Any]) -> dict[str, Any]:
    async def ask() -> dict[str, Any]:
        return await process.current().commands.ask(device_id, command, args)

    return async_to_sync(ask)()


def _with_token(device: Device, token: str) -> dict[str, Any]:
    serializer: BaseSerializer[Device] = DeviceSerializer(device)
    return {**serializer.data, "token": token}
