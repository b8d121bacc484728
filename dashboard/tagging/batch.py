"""A batch on screen: what comes next, the piles, 24 products a page, and the way out."""

import pandas as pd
import streamlit as st

from core.access.roles import Action
from core.quality.tag_decisions import ACCEPTED, REJECTED
from core.store.batches import automation_lines, tag_decisions
from core.store.batches.batches import Batch
from core.store.runs import offered_line
from core.store.runs import runs as stored_runs
from core.store.runs.runs import Run
from core.tagging import piles, products
from dashboard.data import batches, runs, store
from dashboard.gallery import paging
from dashboard.look import glossary, phrases
from dashboard.session import address, browser_memory, guard, navigation, person
from dashboard.shell import frame
from dashboard.tagging import examples, exports, held_back, outbox, panel, progress, tiles, wording

_OF_LIST = ("page", "garment")
_WORKED_ON = frame.PILE


def chosen_batch() -> Batch | None:
    """The batch that the address asks for; None where it asks for none, or for one that is not here."""
    number = address.number("batch", 1, 10**9)
    found = None if number is None else batches.find(number)
    if number is not None and found is None:
        st.info("The address asks for a batch that is not here. Showing the list instead.", icon=":material/link_off:")
    return found


def address_of(table: pd.DataFrame, batch_number: int, position: int) -> dict[str, str]:
    """The address at which that product is opened, on its page of its pile; see `core.tagging.products.all_tables`."""
    of_batch = table[table["batch"] == batch_number]
    pile = str(of_batch["pile"][of_batch["position"] == position].iloc[0])
    place = _of_pile(of_batch, pile)["position"].tolist().index(position)
    return {"batch": str(batch_number), "pile": pile, "page": str(paging.page_of(place)), "garment": str(position)}


def render_batch(batch: Batch) -> None:
    """Everything about one batch."""
    run = stored_runs.find(store.store(), batch.run_id)
    _render_head(batch)
    with guard.guarded("The tagging of this batch"):
        progress.render_work(batch)
    with guard.guarded("The piles"):
        _render_work(batch, run)
    _render_origin(batch, run)


def _render_head(batch: Batch) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(phrases.markdown(wording.batch(batch.number, batch.num_photos)), anchor=False)
        st.button("All batches", icon=":material/arrow_back:", type="tertiary", key="all-batches-back", on_click=_leave)


def _render_origin(batch: Batch, run: Run) -> None:
    """Who dropped it and what tagged it: to look up, so below the work."""
    version = phrases.version(run.version, runs.is_live(run))
    st.caption(
        f"Dropped by {phrases.markdown(batch.created_by)}, {phrases.moment(batch.created_at)} · tagged by "
        f"{phrases.markdown(version)}"
    )


def _leave() -> None:
    _WORKED_ON.set(None)
    address.change_address(dict.fromkeys(("batch", "pile", *_OF_LIST)))


@st.fragment
def _render_work(batch: Batch, run: Run) -> None:
    """Line, progress, piles; a fragment: a decision draws nothing else again."""
    with guard.guarded("The piles"):
        outbox.send()
        browser_memory.bring()
        table = batches.table(batch)
        outbox.saw(batch, tag_decisions.newest_number(store.store(), batch))
        _render_progress(batch, run, table)
        _render_status()
        if _waits_for_tags(table):
            return
        pile = _chosen_pile(batch, table)
        _render_piles(table, pile)
        _render_end_of_pile(table, pile)
        _render_pile(batch, run, table, pile)
        exports.render_exports(batch, run, table)


def _waits_for_tags(table: pd.DataFrame) -> bool:
    """Whether nothing is tagged yet of what will be: files that are no photo are no reason to show piles by then."""
    return products.progress(table).num_to_decide == 0 and bool((table["pile"] == "").any())


def _render_progress(batch: Batch, run: Run, table: pd.DataFrame) -> None:
    found = products.progress(table)
    confirmed = automation_lines.newest(store.store(), run.id)
    num_waiting = 0 if confirmed else int(((table["pile"] == piles.READY) & (table["decision"] == products.NONE)).sum())
    with st.container(border=True, key="batch-progress"):
        share = found.num_decided / found.num_to_decide if found.num_to_decide else 0.0
        num_untagged = int((table["pile"] == "").sum())
        st.progress(share, text=f"**{phrases.markdown(wording.progress(found, num_untagged))}**")
        if found.num_to_decide:
            st.markdown(phrases.markdown(wording.next_step(found, num_waiting, num_untagged)))
        held_back.render(batch, table)
        if why := offered_line.why_none(store.store(), run):
            st.caption(f":material/lock: {phrases.markdown(f'{why} So every tag waits for a person.')}")
        elif num_waiting:
            st.markdown(f":material/lock: {phrases.markdown(wording.line_missing(num_waiting, run.version))}")
            _render_line_link(run, "See and confirm the line")


def _render_line(run: Run) -> None:
    """Beside the ready products: whose line made them so."""
    if offered_line.why_none(store.store(), run):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        confirmed = automation_lines.newest(store.store(), run.id)
        if confirmed is not None:
            sentence = wording.line_confirmed(
                confirmed.lines,
                confirmed.who,
                phrases.date(confirmed.confirmed_at),
                by_hand=[run.name_of(name) for name in confirmed.by_hand],
                has_mix=confirmed.mix is not None,
            )
            st.caption(phrases.markdown(sentence), width="content")
        _render_line_link(run, "Change the line" if confirmed else "See the line")


def _render_line_link(run: Run, label: str) -> None:
    navigation.render_link("automation", label, {address.VERSION: str(run.version)})


def _render_status() -> None:
    """What could not be stored, and why; an empty place where all is well, so that nothing below it moves."""
    with st.container(key="decision-status"):
        if outbox.waiting() and person.is_known():
            sentence = wording.not_stored(outbox.num_waiting())
            st.error(f"**{phrases.markdown(sentence)}** {phrases.markdown(outbox.why() or '')}",
                     icon=":material/cloud_off:")  # fmt: skip
            st.button("Try again", icon=":material/refresh:", key="decision-retry", **person.allowed(Action.REVIEW))
    if outbox.call_out():
        st.toast(phrases.markdown(outbox.note()), icon=":material/group:")


def _chosen_pile(batch: Batch, table: pd.DataFrame) -> str:
    """The pile of the address, else the one that is being worked on in this session, else the next one."""
    asked = address.choice("pile", tuple(wording.PILES), None)
    if asked is not None:
        _WORKED_ON.set((batch.id, asked))
        return asked
    worked_on = _WORKED_ON.get()
    # The pile whose last product was just decided stays: what would open in its place is another question.
    if worked_on is not None and worked_on[0] == batch.id and worked_on[1] in table["pile"].tolist():
        return worked_on[1]
    found = _next_pile(table)
    _WORKED_ON.set((batch.id, found))
    return found


def _next_pile(table: pd.DataFrame) -> str:
    """The first pile in which somebody has to decide, else the first that holds anything."""
    is_open = (table["decision"] == products.NONE) & ~table["by_line"]
    for rows in (table[is_open], table):
        for name in wording.PILES:
            if name in rows["pile"].tolist() and (name != piles.UNREADABLE or rows is table):
                return name
    return piles.CHECK


def _render_piles(table: pd.DataFrame, pile: str) -> None:
    is_open = (table["decision"] == products.NONE) & ~table["by_line"]
    names = {
        name: wording.pile(name, int((table["pile"] == name).sum()),
                               int(((table["pile"] == name) & is_open).sum()))
        for name in wording.PILES
        if name not in (piles.UNREADABLE, piles.NOT_RECOGNISED) or name == pile or (table["pile"] == name).any()
    }  # fmt: skip
    st.segmented_control(
        "Pile",
        list(names),
        required=True,
        format_func=names.__getitem__,
        wrap=True,
        key=address.control_key("pile", pile if pile in names else piles.CHECK),
        label_visibility="collapsed",
        on_change=address.on_control("pile", str, clears=_OF_LIST),
    )


def _render_end_of_pile(table: pd.DataFrame, pile: str) -> None:
    """Where all of a pile is decided: that it is done, and the next one, if there is one."""
    is_open = (table["decision"] == products.NONE) & ~table["by_line"]
    in_pile = table["pile"] == pile
    by_people = in_pile & (table["decision"] != products.NONE)
    if not by_people.any() or (in_pile & is_open).any():
        return
    following = _next_pile(table)
    has_next = bool((is_open & (table["pile"] == following)).any())
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="pile-done"):
        st.markdown(f":material/check_circle: **{wording.pile_done(pile, has_next=has_next)}**", width="content")
        if has_next:
            num = int((is_open & (table["pile"] == following)).sum())
            st.button(
                wording.next_pile(following, num),
                type="primary",
                icon=":material/arrow_forward:",
                key="next-pile",
                on_click=address.change_address,
                args=({"pile": following, **dict.fromkeys(_OF_LIST)},),
            )


def _render_about(run: Run, pile: str) -> None:
    """What the pile is."""
    term = {piles.NOT_RECOGNISED: "not-recognised", piles.NOT_OURS: "not-ours", piles.READY: "line"}.get(pile)
    st.caption(phrases.markdown(wording.ABOUT_PILES[pile]), help=term and glossary.help_text(term))
    if pile == piles.READY:
        _render_line(run)
    if pile == piles.NOT_RECOGNISED:
        examples.render_examples(run)


def _render_pile(batch: Batch, run: Run, table: pd.DataFrame, pile: str) -> None:
    rows = _of_pile(table, pile)
    if rows.empty or pile == piles.UNREADABLE:
        _render_about(run, pile)
    if rows.empty:
        panel.render_answers()
        _render_nothing(run, pile)
        return
    if pile == piles.UNREADABLE:
        reasons = [found[0] if found else "" for found in rows["findings"]]
        st.dataframe(pd.DataFrame({"File": rows["product"], "Why": reasons}), hide_index=True)
        return
    pages = paging.paging(len(rows), usual=_first_open_page(rows))
    shown = pages.of(rows)
    opened = _opened(shown)
    sentence = wording.showing(pages.first, pages.last, len(rows))
    with st.container(key="batch-products"):
        left, right = st.columns([3, 1], gap="small")
    with right, st.container(key="garment-panel"):
        panel.render_panel(batch, run, table.to_dict("records")[opened], opened)
    with left:
        _render_about(run, pile)
        _render_bar(batch, run, rows, shown, pile, sentence)
        tiles.render_tiles(batch, run, shown, opened, pages, pile)
        _render_selected(batch, run, table, pile)
        pages.render()


def _of_pile(table: pd.DataFrame, pile: str) -> pd.DataFrame:
    """The products of a pile as they stand on its pages: a sample to look at first, then the least sure first."""
    of_pile = table[table["pile"] == pile]
    found = of_pile.assign(later=~of_pile["position"].isin(products.sample(table)).to_numpy(dtype=bool))
    return found.sort_values(["later", "confidence", "position"]).drop(columns="later")


def _render_nothing(run: Run, pile: str) -> None:
    if pile == piles.NOT_OURS and offered_line.why_none(store.store(), run):
        st.info(phrases.markdown(wording.cannot_tell_unlike(run.version)), icon=":material/lock:")
        return
    text = "Nothing unusual." if pile == piles.NOT_OURS else "No product is in this pile."
    st.success(text, icon=":material/check_circle:")


def _first_open_page(rows: pd.DataFrame) -> int:
    """Where the work goes on: the page of the first product that nobody has decided."""
    is_open = ((rows["decision"] == products.NONE) & ~rows["by_line"]).to_numpy()
    return paging.page_of(int(is_open.argmax())) if is_open.any() else 1


def _opened(shown: pd.DataFrame) -> int:
    """The product of the address if it is on this page, else the first one that nobody has decided."""
    asked = address.number("garment", 0, 10**9)
    if asked in shown["position"].tolist():
        return int(asked or 0)
    is_open = (shown["decision"] == products.NONE).to_numpy()
    return int(shown["position"].iloc[int(is_open.argmax()) if is_open.any() else 0])


def _render_bar(batch: Batch, run: Run, rows: pd.DataFrame, shown: pd.DataFrame, pile: str, sentence: str) -> None:
    """Which part is shown, and the decision on all of it that nobody has decided yet."""
    open_rows = shown[shown["decision"] == products.NONE]
    kind = REJECTED if pile == piles.NOT_OURS else ACCEPTED
    # What was not recognised in its photo has no tag to accept, and may well be a garment of ours.
    positions = () if pile == piles.NOT_RECOGNISED else tuple(open_rows["position"].tolist())
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{phrases.markdown(sentence)}**", width="content")
        with st.container(horizontal=True, width="content"):
            exports.render_list(batch, run, rows, pile)
            if positions:
                st.button(
                    wording.page_button(kind, len(positions)),
                    icon=":material/done_all:" if kind == ACCEPTED else ":material/remove_done:",
                    key="decide-page",
                    on_click=_decide_page,
                    args=(batch, positions, kind, outbox.next_id("page", positions)),
                    **person.allowed(Action.REVIEW),
                )


def _decide_page(batch: Batch, positions: tuple[int, ...], kind: str, request_id: str) -> None:
    outbox.say(batch, positions, kind, None, request_id=request_id)


def _render_selected(batch: Batch, run: Run, table: pd.DataFrame, pile: str) -> None:
    """The decisions for everything that is selected; an empty place where nothing is."""
    chosen = tiles.selected(batch, pile)
    place = st.container(key="verdict-selected")
    if not chosen:
        return
    rows = table[table["position"].isin(chosen)]
    with place, st.container(border=True, horizontal=True, vertical_alignment="center", key="verdict-many"):
        st.markdown(f"**{wording.selected(len(chosen))}**", width="content")
        panel.render_buttons(batch, run, rows, "many")
