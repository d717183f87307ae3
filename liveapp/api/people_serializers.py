"""People and groups as the API takes them, and what nobody may ask for."""

from typing import Any
from unicodedata import normalize

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.validators import UnicodeUsernameValidator
from rest_framework import serializers

from liveapp.access import Access
from liveapp.accounts.delegation import may_hand_out
from liveapp.api.bodies import Body
from liveapp.api.fields import WordField
from liveapp.api.serializers import validate_printable
from liveapp.protocol import shorten
from liveapp.roles import ROLES

MAX_NAME = 150
MOST_GROUPS = 100
TAKEN = "somebody has this name already."
GROUP_TAKEN = "there is a group of this name already."
BEYOND = "gives rights that you do not have."


class PersonSerializer(serializers.Serializer[Any]):
    """A person with an account."""

    id = serializers.CharField()
    username = serializers.CharField()
    email = serializers.CharField()
    role = serializers.CharField(allow_null=True)
    groups = serializers.ListField(child=serializers.CharField())
    active = serializers.BooleanField()
    superuser = serializers.BooleanField()
    two_factor = serializers.BooleanField()
    last_login = serializers.IntegerField(allow_null=True)
    created = serializers.IntegerField()


class LinkSerializer(serializers.Serializer[Any]):
    link = serializers.CharField(help_text="Signs in once, within a day; shown only now.")


class PersonWithLinkSerializer(PersonSerializer, LinkSerializer):
    """The only answer that ever shows this link."""


class _WantedSerializer(Body):
    """What others say of an account. `context["access"]`: of who does it."""

    shown_by = PersonSerializer

    email = serializers.EmailField(max_length=254, allow_blank=True, required=False)
    role = WordField(choices=list(ROLES), allow_null=True, required=False)
    groups = serializers.ListField(
        child=serializers.CharField(max_length=MAX_NAME), max_length=MOST_GROUPS, required=False
    )

    def validate_role(self, value: str | None) -> str | None:
        self._find(set() if value is None else {value})
        return value

    def validate_groups(self, value: list[str]) -> list[str]:
        if roles := sorted(ROLES.keys() & set(value)):
            raise serializers.ValidationError(f"{roles[0]} is a role: give it as the role.")
        self._find(set(value))
        return value

    def _find(self, names: set[str]) -> None:
        """Raises ValidationError unless there are such groups and they give nothing but what their giver has."""
        found = list(Group.objects.filter(name__in=names))
        if missing := sorted(names - {group.name for group in found}):
            raise serializers.ValidationError(f"there is no group {shorten(missing[0])}.")
        given = {group.name for group in may_hand_out(self._access, found)}
        if beyond := sorted(names - given - self._held):
            raise serializers.ValidationError(f"{beyond[0]} {BEYOND}")

    @property
    def _access(self) -> Access:
        access: Access = self.context["access"]
        return access

    @property
    def _held(self) -> set[str]:
        """What somebody has is kept, whoever gave it."""
        return set(self.instance.groups.values_list("name", flat=True)) if self.instance else set()


class ChangedPersonSerializer(_WantedSerializer):
    active = serializers.BooleanField(required=False, help_text="false: closed.")


class NewPersonSerializer(_WantedSerializer):
    """Somebody new. Without a password: they come by a link, and may set one in their account."""

    username = serializers.CharField(max_length=MAX_NAME, validators=[UnicodeUsernameValidator()])
    role = WordField(choices=list(ROLES), allow_null=True)

    def validate_username(self, value: str) -> str:
        name: str = get_user_model().normalize_username(value)
        if get_user_model()._default_manager.filter(username__iexact=name).exists():
            raise serializers.ValidationError(TAKEN)
        return name


class GroupSerializer(serializers.Serializer[Any]):
    """A group that devices can be limited to."""

    id = serializers.CharField()
    name = serializers.CharField()
    people = serializers.IntegerField()
    devices = serializers.IntegerField(required=False, help_text="For who sees all of them.")


class NameSerializer(Body):
    """A group's name."""

    shown_by = GroupSerializer

    name = serializers.CharField(max_length=MAX_NAME, validators=[validate_printable])

    def validate_name(self, value: str) -> str:
        # As user names are: of two spellings that look the same, one.
        name, own = normalize("NFKC", value), getattr(self.instance, "pk", None)
        if len(name) > MAX_NAME:
            raise serializers.ValidationError(f"use at most {MAX_NAME} characters.")
        groups = Group.objects.values_list("pk", "name")
        taken = {*ROLES, *(other.casefold() for pk, other in groups if pk != own)}
        if name.casefold() in taken:
            raise serializers.ValidationError(GROUP_TAKEN)
        return name
