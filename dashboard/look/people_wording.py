"""Who somebody is and what a role may do, in words that several pages share. Pure."""

from collections.abc import Iterable

from core.access.roles import EVERYBODY, GROUP, Action, Role

PROVIDER = "sign-in at "
"""Before the name of the provider, as the gate writes down how a name is known."""


def known_by(text: str | None) -> str:
    """How a name is known, as the log keeps it: "by sign-in", "as given in the browser".

    Args:
        text: of the log; None: nobody had to sign in.
    """
    if not text:
        return "as given, without a sign-in"
    if text == "proxy":
        return "by sign-in at the proxy"
    provider = text.removeprefix(PROVIDER)
    return "by sign-in" if provider == "default" else f"by sign-in at {provider}"


def may(role: Role) -> list[str]:
    """What a role may do besides what the one before it may, each to stand after "may"."""
    more = {
        Role.VIEWER: ["look at everything and take lists out as files"],
        Role.OPERATOR: ["see why the server is not ready, and its figures"],
    }
    return [*(action.words for action in Action if action.least is role), *more.get(role, ())]


def listed(parts: Iterable[str], last: str = "and") -> str:
    """Parts of a sentence, which may hold "and" themselves: "a; b; and c"."""
    found = list(parts)
    return f"{'; '.join(found[:-1])}; {last} {found[-1]}" if len(found) > 1 else "".join(found)


def holders(setting: str) -> str:
    """Whom a setting names, for people: "Ada, everybody in the group it"; empty where nobody is named."""
    names = [name.strip() for name in setting.split(",") if name.strip()]
    return ", ".join(dict.fromkeys(map(_holder, names)))


def _holder(name: str) -> str:
    if name == EVERYBODY:
        return "everybody who signs in"
    is_group = name.casefold().startswith(GROUP)
    return f"everybody in the group {name[len(GROUP) :].strip()}" if is_group else name
