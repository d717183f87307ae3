"""An address of the API that does not exist."""

from django.http import HttpRequest, JsonResponse


def nowhere(request: HttpRequest, rest: str) -> JsonResponse:
    detail = "There is nothing at this address. All addresses are listed at /api/docs/."
    return JsonResponse({"code": "not_found", "detail": detail}, status=404)
