"""What every answer says to the browser: no frame around it, nothing from other hosts, no guessing of kinds."""

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        # Streamlit's own page writes styles and scripts inline, and its charts compile expressions.
        "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'",
        "connect-src 'self' data: blob:",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "frame-src 'none'",
        "frame-ancestors 'none'",
    )
)
"""The content security policy: everything comes from this server, and no page holds ours in a frame."""
SECURITY = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
"""Name -> value of each header that every answer has."""


class SecurityHeaders:
    """Puts `SECURITY` on every answer, whoever gives it; the outermost middleware."""

    def __init__(self, app: ASGIApp) -> None:
        """Answers come from `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands a request on and its answer back with the headers."""

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers[name] = value
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun: list[bool] = []

        async def begun(message: Message) -> None:
            has_begun.append(True)
            await answered(message)

        try:
            await self._app(scope, receive, begun)
        except Exception:
            if not has_begun:
                broken = PlainTextResponse("Something went wrong here; the log says what.", status_code=500)
                await broken(scope, receive, answered)
            raise  # the server writes it to its log
