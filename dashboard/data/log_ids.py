"""What a line of the log says of where on screen it came from: the session, and the request that opened it."""

import hashlib
import re
from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

REQUEST_ID = "X-Request-ID"
"""Header by which a proxy, or whatever stands in front of the pages, numbers requests."""
_LOOKS_LIKE_ONE = re.compile(r"[0-9A-Za-z_-]{8,64}")


def ids() -> Mapping[str, str]:
    """`session` and `request`, as far as they are known; empty outside of a session.

    Who knows a session's real id can put uploads into it, so the log calls it by a digest of it.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return {}
    found = {"session": hashlib.sha256(context.session_id.encode()).hexdigest()[:12]}
    request = st.context.headers.get(REQUEST_ID) or ""
    return found | ({"request": request} if _LOOKS_LIKE_ONE.fullmatch(request) else {})
