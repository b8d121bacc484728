"""Who signed in, handed from the gate to the session that was let in: sealed, so that no client can write it.

The gate in front of the server (dashboard.gate) takes the header out of whatever comes from outside and writes its own.
The key is made anew in every process and never leaves it.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import asdict, dataclass

import streamlit as st

from core.access import roles
from core.access.roles import Person
from core.settings import Settings

HEADER = "x-garments-person"
"""Header that the gate writes; what a client sends under this name never gets past it."""
_KEY = secrets.token_bytes(32)


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """Somebody whom the provider or the proxy knows."""

    name: str
    """As it stands in the history; never empty."""
    groups: tuple[str, ...]
    """Those that the provider or the proxy names."""
    known_by: str
    """How: "sign-in at default", "proxy"."""
    until: float
    """When the sign-in runs out, in seconds since 1970."""

    def person(self, settings: Settings) -> Person:
        """The person with the role that the settings give; without any once the sign-in has run out."""
        role = roles.role_of(self.name, self.groups, settings.roles) if time.time() < self.until else None
        return Person(name=self.name, role=role, known_by=self.known_by)


def sealed(who: SignedIn) -> str:
    """The value of the header for that person."""
    told = base64.urlsafe_b64encode(json.dumps(asdict(who)).encode())
    return f"{told.decode()}.{_seal(told)}"


def opened(value: str | None) -> SignedIn | None:
    """Whom the gate let in, from the value of its header; None where it is missing or not the gate's."""
    told, dot, seal = (value or "").partition(".")
    if not dot or not hmac.compare_digest(_seal(told.encode()), seal):
        return None
    fields = json.loads(base64.urlsafe_b64decode(told))
    return SignedIn(**fields | {"groups": tuple(fields["groups"])})


def of_session(settings: Settings) -> Person | None:
    """Who is at this session's screen; None where nobody has to sign in.

    Where people sign in and the gate did not let this session in, it is somebody without name and role.
    """
    if settings.sign_in == "none":
        return None
    who = opened(st.context.headers.get(HEADER))
    return Person(name="", role=None, known_by="") if who is None else who.person(settings)


def _seal(told: bytes) -> str:
    return hmac.new(_KEY, told, hashlib.sha256).hexdigest()
