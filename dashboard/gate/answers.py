"""What the gate itself answers: small pages of their own, for nothing of the dashboard is served before a sign-in."""

import html
from collections.abc import Sequence

from starlette.responses import HTMLResponse, PlainTextResponse, Response

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – Garment tags</title>
<style>
:root {{ color-scheme: light dark; --paper: #ffffff; --ink: #0b1119; --soft: #3f4a57; --line: #d5dbe3; --act: #0b5cad;
  --on-act: #ffffff }}
@media (prefers-color-scheme: dark) {{ :root {{ --paper: #0f141a; --ink: #e7ecf2; --soft: #a3afbd; --line: #303b48;
  --act: #6cb2f2; --on-act: #0b1119 }} }}
* {{ box-sizing: border-box }}
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--paper); color: var(--ink); font: 1rem/1.5 "Source Sans", system-ui, sans-serif }}
main {{ width: 100%; max-width: 30rem; border: 1px solid var(--line); border-radius: 8px; padding: 2rem }}
h1 {{ font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem }}
p {{ margin: 0 0 1rem; overflow-wrap: anywhere }}
.soft {{ color: var(--soft); font-size: .9rem; margin: 0 }}
a.act {{ display: block; text-align: center; padding: .7rem 1rem; margin: 0 0 1rem; border-radius: 8px;
  background: var(--act); color: var(--on-act); text-decoration: none; font-weight: 600 }}
a.act:focus-visible {{ outline: 3px solid var(--ink); outline-offset: 2px }}
code {{ overflow-wrap: anywhere }}
</style></head>
<body><main><h1>{title}</h1>{body}</main></body></html>
"""


def sign_in(providers: Sequence[tuple[str, str]]) -> Response:
    """Asks to sign in.

    Args:
        providers: name and address of each, at least one.
    """
    buttons = "".join(
        f'<a class="act" href="{html.escape(address)}">Sign in{"" if name == "default" else " with " + _text(name)}</a>'
        for name, address in providers
    )
    body = (
        "<p>This is your team's dashboard for garment tags. Sign in with your work account to go on.</p>"
        f'{buttons}<p class="soft">You come back here afterwards. Nothing is shown or saved before that.</p>'
    )
    return _page(401, "Please sign in", body)


def proxy_missing() -> Response:
    """Says that whoever came did not come through the proxy that signs people in."""
    body = (
        "<p>This dashboard is reached through your company's sign-in only, and you did not come from there.</p>"
        '<p class="soft">Use the address that you were given. For whoever runs it: the proxy must name the person in '
        "the header of <code>GARMENTS_PROXY_PERSON_HEADER</code>, from an address in "
        "<code>GARMENTS_PROXY_ADDRESSES</code>.</p>"
    )
    return _page(401, "Please use your sign-in", body)


def no_role(name: str, sign_out: str) -> Response:
    """Says to somebody who signed in that nobody gave them a role.

    Args:
        name: as signed in.
        sign_out: address to sign out; empty where a proxy does that.
    """
    way_out = f'<a class="act" href="{html.escape(sign_out)}">Sign in as somebody else</a>' if sign_out else ""
    body = (
        f"<p>You are signed in as <strong>{_text(name)}</strong>, and nobody has given you a role here yet.</p>"
        "<p>Ask whoever runs this dashboard to add you as viewer, reviewer or approver, then load this page again.</p>"
        f'{way_out}<p class="soft">Nothing is wrong with your account.</p>'
    )
    return _page(403, "You cannot open this yet", body)


def wrong_host(host: str) -> Response:
    """Says that the server does not answer to the name in the browser's address, and what to set."""
    body = (
        f"<p>This dashboard does not answer to the name <strong>{_text(host or 'none')}</strong>.</p>"
        '<p class="soft">For whoever runs it: add the name, without a port, to <code>server.allowedHosts</code> in '
        "<code>.streamlit/config.toml</code>, and start the server again.</p>"
    )
    return _page(421, "Wrong address", body)


def refused(status: int, sentence: str) -> Response:
    """One sentence, for what no person sees as a page."""
    return PlainTextResponse(sentence, status_code=status, headers={"Cache-Control": "no-store"})


def _page(status: int, title: str, body: str) -> Response:
    content = _PAGE.format(title=html.escape(title), body=body)
    return HTMLResponse(content, status_code=status, headers={"Cache-Control": "no-store"})


def _text(text: str) -> str:
    return html.escape(text[:200])
