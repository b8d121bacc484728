"""Clicks that were sent although their button is disabled for want of a role: each leaves a line in the log.

Streamlit heeds none of them and says nothing of it. What was sent is read from its state before the page is drawn, and
for which action the button is from the order in which buttons are drawn: each follows the question for its role.
"""

import contextlib
from collections.abc import Set

from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import errors
from core.access.roles import Action
from core.store.base import permission
from dashboard.data import store
from dashboard.session import flags

_LAST: flags.Note[Action] = flags.Note("refused-last")
"""The action that was asked about and refused last in this run."""
_ACTIONS: flags.Note[dict[str, Action | None]] = flags.Note("refused-actions")
"""Id of a widget -> the action that was refused before it was drawn; None: none was."""
_CLICKS = ("trigger_value", "string_trigger_value")
"""What Streamlit calls the values of buttons, and of buttons with a menu."""
_LONGEST = 80
"""Characters of the name of a widget in the log."""


def note(action: Action) -> None:
    """Notes that the widgets drawn from now on are disabled for want of the role that this takes."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None:
        _assign(context.shared.widget_ids_this_run.snapshot())
        _LAST.set(action)


def write_down() -> None:
    """Writes a line for each click on what is disabled; at the beginning of a run, before anything is drawn."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not (_ACTIONS.get() or _LAST.get()):
        return
    state = context.session_state._state._new_widget_state
    _assign(set(state.widget_metadata))
    _LAST.set(None)
    for name, drawn in state.widget_metadata.items():
        action = (_ACTIONS.get() or {}).get(name)
        if action is not None and drawn.disabled and drawn.value_type in _CLICKS and state.get(name):
            with contextlib.suppress(errors.GarmentsError):  # what is refused is nowhere drawn: it is only to be known
                permission.require(store.store(), action, name.split("-", 2)[-1][:_LONGEST])


def _assign(names: Set[str]) -> None:
    """Widgets that were not known yet follow the action that was asked about last."""
    known = _ACTIONS.get() or {}
    if more := dict.fromkeys(names - known.keys(), _LAST.get()):
        _ACTIONS.set({**known, **more})
