"""The team's rule for telling two categories apart: written once for everybody, quoted beside garments of the pair."""

import streamlit as st

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
        rule = st.text_area(
            phrases.markdown(compare_wording.rule_label(view.names[first], view.names[second])),
            value=written,
            max_chars=team.LONGEST_RULE,
            placeholder=compare_wording.RULE_PROMPT,
            help="Everybody sees it here, and beside the garments of this pair.",
        )
        saved = st.form_submit_button("Save for everybody", icon=":material/save:")
    for (one, other), text in found.items():
        words = compare_wording.rule_of_parts(view.run.names[one], view.run.names[other], text)
        st.caption(phrases.markdown(words))
    if saved and rule.strip() != written:
        team.write_pair_rule(store.store(), keys[0], keys[1], rule, who=person.name())
        st.toast("Saved for everybody.", icon=":material/check_circle:")
        st.rerun()
    if saved:
        st.caption("Nothing has changed." if written else compare_wording.RULE_PROMPT)
