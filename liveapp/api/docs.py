"""The page to browse the API with."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularSwaggerSplitView


# Swagger UI sets style attributes and draws its icons from data: addresses; nothing else of the policy gives way.
@method_decorator(csp_update({"style-src": [SELF, "'unsafe-inline'"]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """Its script comes from an address of its own, so that no inline script is needed."""

    # It has nothing to say of itself to who asks what it can do.
    http_method_names = ("get", "head")
