"""No stack trace ever: what was not expected becomes one sentence, what still works, and details for IT."""

import contextlib
import platform
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime

import streamlit as st

from core import errors, failures, logs
from dashboard.look import phrases
from dashboard.session import person


@contextlib.contextmanager
def guarded(
    what: str, still_works: str = "Everything else still works; loading it again often helps."
) -> Iterator[None]:
    """Runs a part of the screen; the rest of it is drawn whatever happens inside.

    Errors that core raises on purpose say what to do and are shown as they are. The text of any other may hold a
    password or a path: it goes to the log under a number, and the screen shows the number.

    Args:
        what: the part, in words: "This page", "The gallery".
        still_works: what does, in one sentence.
    """
    try:
        yield
    except errors.StillDescribing as error:  # nothing is wrong: it comes by itself
        st.info(phrases.markdown(str(error)), icon=":material/hourglass_top:")
    except errors.GarmentsError as error:
        st.error(phrases.markdown(f"{error} {_what_still_works(error, still_works)}"), icon=":material/error:")
        _render_details(type(error).__name__, _written(what, error, level="warning"), "")
    except Exception as error:
        number = _noted(what, error)
        st.error(
            f"{what} could not be shown. {still_works}",
            icon=":material/error:",
        )
        _render_details(type(error).__name__, number, _place(error))


def note_error(error: Exception) -> bool:
    """Notes what failed outside of any part that is guarded, and shows a sentence in place of the error.

    Returns:
        True: Streamlit shows nothing of its own.
    """
    if isinstance(error, errors.GarmentsError):  # it says itself what happened, and what to do
        st.error(phrases.markdown(str(error)), icon=":material/error:")
        return True
    number = _noted("This page", error)
    st.error("This page could not be shown. Loading it again often helps.", icon=":material/error:")
    _render_details(type(error).__name__, number, _place(error))
    return True


def _noted(what: str, error: Exception) -> str:
    number = _written(what, error)
    failures.note(number)
    return number


def _render_details(kind: str, number: str, place: str) -> None:
    lines = [
        f"error {number}",
        f"kind {kind}",
        f"at {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        *([f"in {place}"] if place else []),
        f"Streamlit {st.__version__}, Python {platform.python_version()}",
    ]
    with st.expander("Details to copy for IT"):
        st.code("\n".join(lines), language=None)


def _what_still_works(error: errors.GarmentsError, still_works: str) -> str:
    if isinstance(error, errors.DatabaseUnavailable | errors.SettingsError):
        return "Nothing that is stored was changed. Load this page again when that is repaired."
    if isinstance(error, errors.ArtefactCorrupt):
        return f"For IT: `python -m core doctor` says what is damaged. {still_works}"
    return still_works


def _written(what: str, error: Exception, *, level: str = "error") -> str:
    """The number under which the error stands in the log, with who saw it and in which session."""
    who: dict[str, str] = {}
    with contextlib.suppress(Exception):  # what went wrong may be just that, and is to be written down all the same
        who["who"] = person.name()
    return logs.error("part-not-shown", error, level=level, part=what, **who)


def _place(error: Exception) -> str:
    """Module and line of our own code that failed, without the folders of this computer."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename and frame.name != "guarded"]
    return " < ".join(f"{frame.name} line {frame.lineno}" for frame in reversed(ours[-3:]))
