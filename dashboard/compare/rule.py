"""The team's rule for telling two categories apart: written once for everybody, quoted beside garments of the pair."""

from collections.abc import Sequence

import streamlit as st

from core import errors
from core.access.roles import Action
from core.store.team import team
from dashboard.data import pair_rules, store
from dashboard.data.run_views import RunView
from dashboard.look import compare_wording, phrases
from dashboard.session import person


def render_rule(view: RunView, first: int, second: int) -> None:
    """The box for the rule of two categories, by their positions; and what was written of parts of them."""
    keys = sorted((view.address_of(first), view.address_of(second)))
    found = pair_rules.written(view, first, second)
    written = found.pop((view.first_class(first), view.first_class(second)), "")
    # Another rule in the store is another box: nobody saves over what a colleague wrote meanwhile without seeing it.
    with st.form(f"rule-{keys}-{hash(written)}", border=True):
        person.render_refusal(Action.SET)
        rule = st.text_area(
            phrases.markdown(compare_wording.rule_label(view.names[first], view.names[second])),
            value=written,
            max_chars=team.LONGEST_RULE,
            placeholder=compare_wording.RULE_PROMPT,
            **person.allowed(Action.SET, help="Everybody sees it here, and beside the garments of this pair."),
        )
        saved = st.form_submit_button("Save for everybody", icon=":material/save:", **person.allowed(Action.SET))
    for (one, other), text in found.items():
        words = compare_wording.rule_of_parts(view.run.names[one], view.run.names[other], text)
        st.caption(phrases.markdown(words))
    if saved and rule.strip() != written:
        _save(keys, rule)
    elif saved:
        st.caption("Nothing has changed." if written else compare_wording.RULE_PROMPT)


def _save(keys: Sequence[str], rule: str) -> None:
    """Saves it; where that is not possible it is said below the box, in which everything stays."""
    try:
        team.write_pair_rule(store.store(), keys[0], keys[1], rule, who=person.name())
    except errors.GarmentsError as error:
        st.error(phrases.markdown(str(error)), icon=":material/error:")
    else:
        st.toast("Saved for everybody.", icon=":material/check_circle:")
        st.rerun()
