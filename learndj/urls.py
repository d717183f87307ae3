"""HTTP addresses."""

from django.contrib import admin
from django.urls import include, path

from liveapp.pages import dashboard, sign_in

urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("sign-in/", sign_in, name="sign-in"),
    path("api/", include("liveapp.api.urls")),
    path("admin/", admin.site.urls),
]
