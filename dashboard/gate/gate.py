"""The gate: every request and every connection passes it, and nothing of the dashboard is reached without.

It stands before Streamlit's routes, its connection included, so that no session begins and no file is taken before
somebody signed in. Where nobody has to sign in it still refuses wrong hosts, limits what is sent, and takes out the
header that only it may write.
"""

import secrets
from collections.abc import Iterable
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose
from streamlit import auth_util
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from core.access.roles import Role
from core.photos.sources import BYTES_PER_MB
from core.settings import Settings
from dashboard.data import log_ids
from dashboard.gate import answers, limits, signing_in
from dashboard.session import identity
from dashboard.session.identity import SignedIn

OPEN = ("/healthz", "/readyz")
"""What monitors ask, under whatever name of the host, without a sign-in."""
SIGN_IN = ("/auth/login", "/auth/logout", "/oauth2callback")
"""The way in and out, of Streamlit's own."""
_UPLOADS = "/_stcore/upload_file/"
_METRICS = "/_stcore/metrics"
_WANTED = "garments-wanted"
ALONE = "this computer"
"""Whose quota it is where nobody signs in."""


class Gate:
    """Lets in who is signed in and has a role; in front of `app`."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """A gate with these settings."""
        self._app, self._settings = app, settings
        self._quota = limits.Quota(settings.upload_mb_per_day * BYTES_PER_MB)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands a request or a connection on, or answers it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        scope = _cleaned(scope)
        who = None
        if scope["path"] not in OPEN:
            if not is_host_allowed(Headers(scope=scope).get("host")):
                await _answer(scope, receive, send, answers.wrong_host(Headers(scope=scope).get("host", "")))
                return
            who = self._who(scope)
            if refusal := self._refusal(scope, who):
                await _answer(scope, receive, send, refusal)
                return
            if who is not None:
                MutableHeaders(scope=scope)[identity.HEADER] = identity.sealed(who)
        await self._hand_on(scope, receive, send, who)

    def _who(self, scope: Scope) -> SignedIn | None:
        return None if self._settings.sign_in == "none" else signing_in.who(scope, self._settings)

    def _refusal(self, scope: Scope, who: SignedIn | None) -> Response | None:
        """What is answered in place of the dashboard; None: it goes on."""
        if self._settings.sign_in == "none" or (self._settings.sign_in == "provider" and scope["path"] in SIGN_IN):
            return None
        if who is None:
            return self._sign_in(scope)
        role = who.person(self._settings).role
        if role is None:
            return answers.no_role(who.name, "/auth/logout" if self._settings.sign_in == "provider" else "")
        if scope["path"].startswith(_UPLOADS) and scope.get("method") == "PUT" and role < Role.REVIEWER:
            return answers.refused(403, "As viewer you may not send files. Ask whoever runs this dashboard.")
        if scope["path"].startswith(_METRICS) and role < Role.OPERATOR:
            return answers.refused(403, "The figures of the server are for operators.")
        return _back_to_wanted(scope)

    def _sign_in(self, scope: Scope) -> Response:
        if self._settings.sign_in == "proxy":
            return answers.proxy_missing()
        ways = [(name, f"/auth/login?provider={quote(_token(name))}") for name in signing_in.providers()]
        response = answers.sign_in(ways)
        if scope["type"] == "http" and scope["path"] != "/" and _is_page(scope):
            wanted = scope["path"] + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")
            response.set_cookie(_WANTED, quote(wanted[:1000]), max_age=600, httponly=True, samesite="lax")
        return response

    async def _hand_on(self, scope: Scope, receive: Receive, send: Send, who: SignedIn | None) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT":
            await self._app(scope, receive, send)
            return
        has_answer: list[bool] = []

        async def answered(message: Message) -> None:
            has_answer.append(True)
            await send(message)

        try:
            session = scope["path"].removeprefix(_UPLOADS).partition("/")[0]
            counted = limits.Counted(receive, self._quota, who.name if who else ALONE, limits.room(session))
            await self._app(scope, counted, answered)
        except limits.TooMuch as error:
            if not has_answer:
                await answers.refused(413, str(error))(scope, receive, send)


def _token(provider: str) -> str:
    return auth_util.encode_provider_token(provider)


def _cleaned(scope: Scope) -> Scope:
    """The request without the header that only the gate writes, with a number of its own for the log."""
    kept: Iterable[tuple[bytes, bytes]] = scope["headers"]
    ours = (identity.HEADER.encode(), log_ids.REQUEST_ID.lower().encode())
    headers = [(name, value) for name, value in kept if name.lower() not in ours]
    headers.append((log_ids.REQUEST_ID.lower().encode(), secrets.token_hex(8).encode()))
    return {**scope, "headers": headers}


def _back_to_wanted(scope: Scope) -> Response | None:
    """The way to the page that was asked for before the sign-in, once."""
    if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
        return None
    wanted = signing_in.cookie(scope, _WANTED)
    if not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return None  # only ever a page of this server
    response = RedirectResponse(wanted, status_code=303)
    response.delete_cookie(_WANTED)
    return response


def _is_page(scope: Scope) -> bool:
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")


async def _answer(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
    """That answer, or the end of a connection that was not opened yet: the browser reads 403."""
    if scope["type"] == "websocket":
        await WebSocketClose(code=1008, reason="not signed in")(scope, receive, send)
    else:
        await response(scope, receive, send)
