"""The client that visits dashboards without a browser does what a browser does, and what one would not do."""

import textwrap
import time
from dataclasses import replace

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.load import crowd, screen, visitor, walks
from tests.support import server

SCRIPT = """
import streamlit as st

def first():
    st.session_state.setdefault("pressed", 0)
    st.text_input("Name", key="name")
    st.selectbox("Category", ["Coat", "Bag"], key="category")
    st.segmented_control("Sides", ["left", "right"], selection_mode="multi", key="sides")
    if st.button("Press", key="press"):
        st.session_state.pressed += 1
    if st.button("Secret", key="secret", disabled=True):
        st.write("secret done")
    if st.button("Reset", key="reset"):
        st.session_state.preset = "Bag"
        st.query_params["asked"] = "Bag"
        st.rerun()
    st.session_state["held"] = st.session_state.get("preset", "Coat")
    st.selectbox("Held", ["Coat", "Bag"], key="held", on_change=lambda: st.session_state.update(preset="Coat"))
    st.write(f"name={st.session_state.name} category={st.session_state.category} sides={st.session_state.sides}")
    st.write(f"pressed={st.session_state.pressed} held={st.session_state.held} asked={st.query_params.get('asked')}")
    for file in st.file_uploader("Files", accept_multiple_files=True, key="files"):
        st.write(f"{file.name}:{file.getvalue().decode()}")
    if st.session_state.pressed == 0:
        st.write("nothing yet")
    st.write("a long line that is sent once " * 400)

@st.fragment(run_every=0.2)
def clock():
    st.session_state["ticks"] = st.session_state.get("ticks", -1) + 1
    st.write(f"ticks={st.session_state.ticks}")
    if st.button("Part", key="part"):
        st.session_state["parts"] = st.session_state.get("parts", 0) + 1
    st.write(f"parts={st.session_state.get('parts', 0)}")

def second():
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    st.write(f"runs={st.session_state.runs} cookie={st.context.cookies.get('who')}")
    clock()

st.navigation([st.Page(first, default=True), st.Page(second)]).run()
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("visited")
    (folder / "script.py").write_text(textwrap.dedent(SCRIPT))
    with server.bare(folder, "run", "script.py") as found:
        yield found


@pytest.fixture
def ada(address):
    with visitor.opened(address, headers={"Cookie": "who=Ada"}) as found:
        yield found


def test_what_was_typed_and_chosen_is_said_with_every_later_click(ada):
    assert "name= category=Coat sides=[]" in ada.open()
    ada.type("Name", "Ada")
    ada.choose("category", "Bag")
    assert "name=Ada category=Bag sides=['right']" in ada.choose("Sides", "right")
    assert "name=Ada category=Bag sides=['right']" in ada.click("press")


def test_a_button_is_pressed_once_a_click(ada):
    ada.open()
    assert "pressed=1" in ada.click("Press")
    assert "pressed=1" in ada.rerun()
    assert "pressed=2" in ada.click("Press")


def test_what_a_later_run_does_not_draw_is_gone_and_what_is_sent_once_is_remembered(ada):
    assert "nothing yet" in ada.open()
    again = ada.click("Press")
    assert "nothing yet" not in again
    assert "a long line that is sent once" in again


def test_a_run_that_begins_anew_is_waited_for_and_the_address_and_values_of_the_server_are_followed(ada):
    ada.open()
    ada.choose("held", "Bag")
    assert "held=Bag asked=Bag" in ada.click("reset")
    assert ada.screen.query == "asked=Bag"
    assert "held=Bag asked=Bag" in ada.click("press"), "an old value of the browser would have counted as a change"


def test_a_link_is_followed_with_its_choices_and_a_page_by_a_click_without(ada):
    assert "asked=Bag" in ada.open(asked="Bag")
    ada.go("second")
    assert "asked=None" in ada.go("")


def test_a_part_is_run_alone_and_asked_for_again_while_somebody_looks_at_it(ada):
    assert "runs=1 cookie=Ada" in ada.open("second")
    said = ada.click("Part")
    assert "parts=1" in said
    assert "runs=1" in said
    ada.stay(1.5)
    ticks = int(ada.screen.text().split("ticks=")[1].split()[0])
    assert ticks >= 3
    assert "runs=2" in ada.rerun()
    ada.go("")
    assert ada.screen.intervals == {}


def test_files_are_dropped(ada):
    ada.open()
    said = ada.drop("Files", ("a.txt", b"one"), ("b.txt", b"two"))
    assert "a.txt:one" in said
    assert "b.txt:two" in said


def test_two_sessions_do_not_share_what_they_typed(address, ada):
    ada.open()
    ada.type("Name", "Ada")
    with visitor.opened(address) as bea:
        assert "name= category" in bea.open()


def test_a_forged_message_is_sent_whatever_is_on_screen(ada):
    ada.open()
    with pytest.raises(LookupError, match="disabled"):
        ada.click("Secret")
    with pytest.raises(LookupError, match="0 widgets are called 'elsewhere'"):
        ada.click("elsewhere")
    assert "pressed=1" in ada.forge(ada.screen.find("Press").id, trigger_value=True)
    assert "name=Eve " in ada.forge(ada.screen.find("Name").id, string_value="Eve")
    assert "pressed=1" in ada.forge("$$ID-0-made-up", trigger_value=True)
    # Streamlit itself lets nobody press what the last run disabled.
    assert "secret done" not in ada.forge(ada.screen.find("Secret").id, trigger_value=True)


def test_a_crowd_notes_every_click_and_what_went_wrong(address):
    def step(kind, what, **given):
        return crowd.Step(after_seconds=0, kind=kind, what=what, **given)

    pressed = [step("trigger_value", what, value=True) for what in ("Press", "elsewhere")]
    walk = [
        step("open", ""),
        *pressed,
        step("go", "second"),
        replace(step("trigger_value", "part", value=True), after_seconds=0.7),
    ]
    found = crowd.run(address, [walk, walk[:1]], processes=1)
    names = ["open ", "open ", "trigger_value Press", "go second", "trigger_value part"]
    assert sorted(name for name, _, _ in found.clicks) == sorted(names)
    assert all(0 < seconds < crowd.PATIENCE_SECONDS for _, _, seconds in found.clicks)
    assert len(found.errors) == 1
    assert "0 widgets are called 'elsewhere'" in found.errors[0]
    assert found.polls >= 1, "the clock on the second page was not kept"


def test_two_walks_click_at_the_same_moments():
    ours, theirs = walks.pair(9, 10.0, [3, 4], seed=1)
    again, _ = walks.pair(9, 10.0, [3, 4], seed=1)
    assert ours == again
    assert [step.after_seconds for step in ours] == [step.after_seconds for step in theirs]
    assert [step.kind in ("open", "go") for step in ours] == [step.kind in ("open", "go") for step in theirs]
    assert (ours[0].kind, len(ours)) == ("open", 10)


def test_waiting_ends(ada):
    ada.open()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        ada.wait(lambda kind: kind == "never", 0.2)
    assert time.monotonic() - began >= 0.2


def test_every_kind_of_value_is_sent_as_a_browser_does():
    for name, given, found in (
        ("trigger_value", True, lambda state: state.trigger_value),
        ("string_array_value", ["a", "b"], lambda state: list(state.string_array_value.data)),
        ("double_array_value", [1.0, 2.0], lambda state: list(state.double_array_value.data)),
        ("string_trigger_value", "a", lambda state: state.string_trigger_value.data),
        ("json_value", "{}", lambda state: state.json_value),
    ):
        state = screen.state_of("id", **{name: given})
        assert (state.id, state.WhichOneof("value"), found(state)) == ("id", name, given)


def test_a_run_that_is_cut_short_is_not_over():
    message, shown = ForwardMsg(), screen.Screen()
    message.script_finished = ForwardMsg.FINISHED_EARLY_FOR_RERUN
    assert shown.take(message.SerializeToString()) == "script_finished"
    message.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    assert shown.take(message.SerializeToString()) == "finished"
