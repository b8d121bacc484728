"""Requests and connections straight to an ASGI application, without a server between."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    """403 for a connection that was refused before it was opened; 101 for one that was handed on."""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        """The body."""
        return self.body.decode()


class Behind:
    """What stands behind a gate: it says 200 to everything, reads all that is sent, and keeps what it was asked."""

    def __init__(self) -> None:
        self.scopes: list[dict[str, Any]] = []
        self.received = 0

    async def __call__(self, scope, receive, send) -> None:
        self.scopes.append(dict(scope))
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        while True:
            message = await receive()
            self.received += len(message.get("body", b""))
            if not message.get("more_body"):
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"behind"})

    def header(self, name: str) -> list[str]:
        """Every value of that header in the last request that came through."""
        return [value.decode() for key, value in self.scopes[-1]["headers"] if key == name.encode()]


def ask(
    app,
    path: str = "/",
    *,
    method: str = "GET",
    kind: str = "http",
    client: tuple[str, int] = ("127.0.0.1", 40000),
    host: str | None = "localhost",
    body: list[bytes] | None = None,
    **headers: str,
) -> Answer:
    """The answer to one request or connection; `_` in the names of headers stands for `-`."""
    sent = [(name.replace("_", "-").lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    if host is not None:
        sent.append((b"host", host.encode("latin-1")))
    path, _, query = path.partition("?")
    scope = {
        "type": kind, "asgi": {"version": "3.0"}, "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": query.encode(), "headers": sent, "client": client, "server": ("127.0.0.1", 8501),
        "scheme": "http" if kind == "http" else "ws", "http_version": "1.1", "subprotocols": [],
    }  # fmt: skip
    if kind == "http":
        scope["method"] = method
    parts, answer = list(body or [b""]), Answer()

    async def receive():
        if kind == "websocket":
            return {"type": "websocket.connect"}
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message):
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode().lower(): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")
        else:
            answer.status = 101 if message["type"] == "websocket.accept" else 403

    finished(app(scope, receive, send))
    return answer


def finished(work: Coroutine[Any, Any, None]) -> None:
    """Runs it to its end; on a thread of its own, for a browser of other tests may have a loop on this one."""
    with ThreadPoolExecutor(1) as own:
        own.submit(asyncio.run, work).result()
