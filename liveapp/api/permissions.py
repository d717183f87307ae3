"""Who may do what: by the rights that were looked up once for the request."""

from typing import Any, ClassVar

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from liveapp.access import access_of

VERBS = {"GET": "view", "HEAD": "view", "OPTIONS": "view", "POST": "add", "PUT": "change", "PATCH": "change"}


class MayDo(BasePermission):
    """To look takes the right to view the model of the view's queryset, each other method its own."""

    verbs: ClassVar[dict[str, str]] = {**VERBS, "DELETE": "delete"}

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        meta = view.queryset.model._meta
        verb = self.verbs[request.method or "GET"]
        return access_of(request.user).may(f"{meta.app_label}.{verb}_{meta.model_name}")


class MayChange(MayDo):
    """A POST that changes an object, and adds none."""

    verbs = {**MayDo.verbs, "POST": "change"}


class HasRight(BasePermission):
    """One named right, for views that are of no model: their `right`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user.is_authenticated and access_of(request.user).may(view.right))
