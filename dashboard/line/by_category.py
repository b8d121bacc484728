"""Category by category: the line of each beside the suggested one, set by hand where a person wants it, and back."""

import math
from collections.abc import Sequence

import streamlit as st

from core.store.batches.automation_lines import ConfirmedLine
from core.store.runs.runs import Run
from dashboard.data import lines as lines_data
from dashboard.data.lines import Mix
from dashboard.line import curve, wording
from dashboard.look import phrases
from dashboard.session import address

Hand = tuple[float | None, ...]
"""(K) the line that a person set for each category, 0-1; NaN trusts none of it, None leaves the suggested one."""
LOWEST, HIGHEST = 1, 999
"""Of a line set by hand, in tenths of a percent."""
_NEVER = 1000  # in the address: never by itself
WAYS = {"suggested": "As suggested", "hand": "By hand", "never": "Never by itself"}


def by_hand(run: Run) -> Hand:
    """What the address says was set by hand."""
    found = address.number_list("hand", len(run.class_names), _NEVER) or (0,) * len(run.class_names)
    return tuple(None if each == 0 else math.nan if each == _NEVER else each / 1000 for each in found)


def chosen(suggested: Sequence[float], hand: Hand) -> tuple[float, ...]:
    """(K) the lines by hand, and the suggested ones where nobody set any."""
    return tuple(line if own is None else own for line, own in zip(suggested, hand, strict=True))


def render_categories(run: Run, suggested: Sequence[float] | None, lines: Sequence[float]) -> None:
    """The table of the categories, and the way to set the line of one of them where one line holds for all.

    Args:
        run: the version.
        suggested: (K) the suggested line of each; None where one line holds for all.
        lines: (K) the line of each as it is on screen.
    """
    with st.expander("Category by category", icon=":material/table_rows:"):
        tables = [
            lines_data.per_class(run, answers, lines)
            for answers in (lines_data.chosen_on(run), lines_data.checked_on(run))
        ]
        st.dataframe(wording.table(run.names, lines, *tables, suggested=suggested), hide_index=True)
        st.caption("A category without a line is never tagged automatically: every such tag is checked by a person.")
    if suggested is None:
        st.button(
            "Set the line of a single category",
            icon=":material/tune:",
            key="line-each",
            on_click=address.change_address,
            args=({"lines": "each", "line": None},),
        )


def render_one(run: Run, suggested: Sequence[float], hand: Hand, promise: float, mix: Mix | None) -> None:
    """One category: its suggested line, its own as a handle on the curve, and what both give."""
    with st.container(border=True, key="line-of-one"):
        name = address.choice("of", run.class_names, run.class_names[0]) or run.class_names[0]
        index = run.class_names.index(name)
        own = hand[index]
        way = "suggested" if own is None else "never" if math.isnan(own) else "hand"
        _render_choices(run, index, suggested, hand, way)
        if own is not None and way == "hand":
            _render_slider(run, index, own, hand)
        for text, line in wording.both(suggested[index], own):
            outcome = _outcome(run, index, line)
            st.markdown(f"**{text}:** {phrases.markdown(outcome)}")
        if own is not None and way == "hand" and (warning := _more_than_promised(run, index, own, promise)):
            st.warning(phrases.markdown(warning), icon=":material/warning:")
        if any(each is not None for each in hand):
            st.button("All back to the suggested lines", icon=":material/undo:", key="hand-clear",
                      on_click=address.change_address, args=({"hand": None},))  # fmt: skip
        line = suggested[index] if own is None else own
        curve.render(
            run, line, promise, lambda value: _set(index, value, hand), mix=mix, class_index=index, lowest=LOWEST
        )


def _render_choices(run: Run, index: int, suggested: Sequence[float], hand: Hand, way: str) -> None:
    st.markdown("**Set the line of a single category**")
    st.selectbox(
        "Category",
        run.class_names,
        format_func=run.name_of,
        key=address.control_key("of", run.class_names[index]),
        on_change=address.on_control("of", str),
    )
    st.segmented_control(
        "Its line",
        list(WAYS),
        required=True,
        format_func=WAYS.__getitem__,
        key=address.control_key("hand-way", way),
        on_change=_way_changed,
        args=(index, suggested[index], hand),
    )


def _render_slider(run: Run, index: int, own: float, hand: Hand) -> None:
    st.slider(
        f"Trust a tag {phrases.markdown(run.names[index])} when the model is at least so sure, %",
        LOWEST / 10,
        HIGHEST / 10,
        step=0.1,
        format="%.1f %%",
        key=address.control_key("hand-line", round(100 * own, 1)),
        on_change=lambda: _set(index, round(10 * address.control_value("hand-line")), hand),
    )


def _way_changed(index: int, suggested: float, hand: Hand) -> None:
    """By hand begins where the suggestion is; where none keeps the promise, at the highest line."""
    way = address.control_value("hand-way")
    start = HIGHEST if math.isnan(suggested) else min(max(round(1000 * suggested), LOWEST), HIGHEST)
    _set(index, {"suggested": 0, "never": _NEVER, "hand": start}[way], hand)


def _set(index: int, value: int, hand: Hand) -> None:
    values = [_coded(own) for own in hand]
    values[index] = value
    address.change_address({"hand": "-".join(map(str, values)) if any(values) else None})


def address_of(run: Run, held: ConfirmedLine) -> dict[str, str | None]:
    """The choices in the address that show a confirmed line as it was confirmed, by hand to a tenth of a percent."""
    is_suggested = held.max_wrong_in_100 is not None
    is_one = len({*map(str, held.lines)}) == 1 and not held.by_hand
    by_hand = held.by_hand if is_suggested else run.class_names
    found = zip(run.class_names, held.lines, strict=True)
    hand = [_coded(line if name in by_hand else None) for name, line in found]
    is_slider = is_one and not is_suggested and not math.isnan(held.lines[0])
    return {
        "lines": None if is_one and (is_suggested or is_slider) else "each",
        "line": f"{_coded(held.lines[0])}" if is_slider else None,
        "promise": f"{held.max_wrong_in_100:g}" if is_suggested else None,
        "hand": "-".join(map(str, hand)) if any(hand) and not is_slider else None,
        "mix": None if held.mix is None else "-".join(f"{share:.0f}" for share in held.mix),
    }


def _coded(own: float | None) -> int:
    """A line by hand as the address has it."""
    return 0 if own is None else _NEVER if math.isnan(own) else min(max(round(1000 * own), LOWEST), HIGHEST)


def _outcome(run: Run, index: int, line: float) -> str:
    num_tagged, num_wrong, num_garments = _counts(run, index, line)
    return wording.category_outcome(run.names[index], num_tagged, num_wrong, num_garments)


def _more_than_promised(run: Run, index: int, line: float, promise: float) -> str:
    num_tagged, num_wrong, _ = _counts(run, index, line)
    return wording.more_than_promised(run.names[index], num_tagged, num_wrong, promise)


def _counts(run: Run, index: int, line: float) -> tuple[int, int, int]:
    """Held-out garments tagged as this automatically, those of them wrong, and all of that tag, by that line."""
    lines = [math.nan] * len(run.class_names)
    lines[index] = line
    row = lines_data.per_class(run, lines_data.chosen_on(run), lines).iloc[index]
    return int(row["num_tagged"]), int(row["num_wrong"]), int(row["num_garments"])
