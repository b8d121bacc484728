"""Two addresses for monitors: `/healthz`, the process answers; `/readyz`, it can be worked with."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from core import failures
from core.access.roles import Role
from core.health import Readiness
from core.settings import Settings
from dashboard.gate import signing_in

_NEVER_KEPT = {"Cache-Control": "no-store"}


def routes(settings: Settings, readiness: Readiness | None = None) -> list[Route]:
    """The two addresses.

    Args:
        settings: of the installation.
        readiness: what is asked; None: the installation of these settings.
    """
    asked = readiness or Readiness(settings)

    async def healthz(request: Request) -> Response:
        return JSONResponse({"status": "ok"}, headers=_NEVER_KEPT)

    async def readyz(request: Request) -> Response:
        reasons = await run_in_threadpool(asked.reasons)
        reasons = [*reasons, *_last_error()]
        told: dict[str, object] = {"status": "fail" if reasons else "ok"}
        if reasons and may_know(request.scope, settings):
            told["reasons"] = reasons
        return JSONResponse(told, status_code=503 if reasons else 200, headers=_NEVER_KEPT)

    answers: tuple[tuple[str, Callable[[Request], object]], ...] = (("/healthz", healthz), ("/readyz", readyz))
    return [Route(path, answer, methods=["GET", "HEAD"]) for path, answer in answers]


def may_know(scope: Scope, settings: Settings) -> bool:
    """Whether whoever asks may know the reasons: operators, and everybody where nobody has to sign in."""
    if settings.sign_in == "none":
        return True
    who = signing_in.who(scope, settings)
    return who is not None and who.person(settings).role == Role.OPERATOR


def _last_error() -> list[str]:
    number = failures.last()
    return [f"A page could not be shown within the last minute: error {number} in the log."] if number else []
