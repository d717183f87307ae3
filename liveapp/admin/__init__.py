"""Django's administration. Readings stay out: they are millions."""

from django.contrib import admin

from liveapp.admin import accounts, devices, webhooks

__all__ = ["accounts", "devices", "webhooks"]

admin.site.site_header = admin.site.site_title = "Sense Live"
# Without a list of what one did: it may name what one does not see any more.
admin.site.index_template = "liveapp/admin_index.html"
