"""Who may do what: by the rights that were looked up once for the request."""

from typing import Any, ClassVar

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from liveapp.access import access_of

VERBS = {"GET": "view", "HEAD": "view", "OPTIONS": "view", "POST": "add", "PUT": "change", "PATCH": "change"}


class Named(BasePermission):
    """Says which right it is that somebody does not have."""

    def may(self, request: Request, right: str) -> bool:
        name = right.partition(".")[2]
        self.message = (
            f'Your account may not do this: it takes the right "{name}". An administrator can give it.'
        )
        return access_of(request.user).may(right)


class MayDo(Named):
    """To look takes the right to view the model of the view's queryset, each other method its own."""

    verbs: ClassVar[dict[str, str]] = {**VERBS, "DELETE": "delete"}

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        meta = view.queryset.model._meta
        if (verb := self.verbs.get(request.method or "")) is None:
            # Asked before it is looked whether there is such a method here at all.
            raise MethodNotAllowed(request.method or "")
        return self.may(request, f"{meta.app_label}.{verb}_{meta.model_name}")


class MayChange(MayDo):
    """A POST that changes an object, and adds none."""

    verbs = {**MayDo.verbs, "POST": "change"}


class HasRight(Named):
    """One named right, for views that are of no model: their `right`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user.is_authenticated and self.may(request, view.right))
