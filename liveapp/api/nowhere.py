"""An address of the API that does not exist."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt


# It changes nothing; who sends something here shall hear that, and not of CSRF.
@csrf_exempt
def nowhere(request: HttpRequest, rest: str = "") -> JsonResponse:
    slash = "" if request.path.endswith("/") else " They end with a slash."
    detail = f"There is nothing at this address. All addresses are listed at /api/docs/.{slash}"
    return JsonResponse({"code": "not_found", "detail": detail}, status=404)
