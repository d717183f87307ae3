"""People and groups: nobody gives, or takes over, a right they do not have."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from liveapp.accounts import sessions
from liveapp.accounts.delegation import may_hand_out, may_manage
from liveapp.admin.recorded import RecordedAdmin, access
from liveapp.roles import ROLES

User = get_user_model()
SUPERUSERS_FIELDS = ("is_superuser", "user_permissions")
# Of oneself they are changed in the account, or by somebody else.
OWN_FIELDS = ("email", "is_active", "is_staff", "groups")

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class PersonAdmin(RecordedAdmin, UserAdmin):
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or may_manage(access(request), obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or (obj.pk != request.user.pk and may_manage(access(request), obj)))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        found = super().get_fieldsets(request, obj)
        if request.user.is_superuser:
            return found
        return [
            (title, {**options, "fields": [one for one in options["fields"] if one not in SUPERUSERS_FIELDS]})
            for title, options in found
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        found = (*super().get_readonly_fields(request, obj), "last_login", "date_joined")
        return (*found, *OWN_FIELDS) if obj is not None and obj.pk == request.user.pk else found

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        # Who was signed in to it may be somebody of fewer rights, who could make a link for the account until now.
        has_risen = change and obj.is_superuser and "is_superuser" in form.changed_data
        if has_risen or not obj.is_active:
            sessions.end_all(obj)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            given = may_hand_out(access(request), Group.objects.all())
            kwargs["queryset"] = Group.objects.filter(pk__in=[group.pk for group in given])
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        if str(id) == str(request.user.pk):
            # Where the one of now is asked for, and guesses are counted.
            return HttpResponseRedirect("/settings/account/")
        answer: HttpResponse = super().user_change_password(request, id, form_url)
        return answer


@admin.register(Group)
class LimitedGroupAdmin(RecordedAdmin, GroupAdmin):
    list_display = ("name", "is_role")

    @admin.display(boolean=True, description="role")
    def is_role(self, obj: Group) -> bool:
        return obj.name in ROLES

    @admin.display(description="why nothing can be changed here")
    def why(self, obj: Group) -> str:
        return (
            "This is a role. What it may do is set anew by every migrate; give other rights by other groups."
        )

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or bool(may_hand_out(access(request), [obj])))

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or (obj.name not in ROLES and bool(may_hand_out(access(request), [obj]))))

    def has_add_permission(self, request: HttpRequest) -> bool:
        # A device is limited by names: a new one may give sight of it.
        return access(request).sees_all and super().has_add_permission(request)

    def get_fields(self, request: HttpRequest, obj: Group | None = None) -> tuple[str, ...]:
        is_role = obj is not None and obj.name in ROLES
        return ("name", "permissions", "why") if is_role else ("name", "permissions")

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> tuple[str, ...]:
        if obj is not None and obj.name in ROLES:
            return ("name", "permissions", "why")
        return () if access(request).sees_all else ("name",)

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any
    ) -> Any:
        if db_field.name == "permissions" and request is not None and not request.user.is_superuser:
            kwargs["queryset"] = _own_permissions(request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def _own_permissions(request: HttpRequest) -> QuerySet[Permission]:
    names = access(request).permissions
    held = [
        permission.pk
        for permission in Permission.objects.select_related("content_type")
        if f"{permission.content_type.app_label}.{permission.codename}" in names
    ]
    return Permission.objects.filter(pk__in=held)
