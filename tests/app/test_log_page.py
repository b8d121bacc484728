"""The log on screen: sentences by day, filtered by who and what, and the lines as they are kept."""

from core.store.base import audit
from core.store.live import promotions
from core.store.runs import runs
from core.store.team import team
from dashboard.look import phrases
from tests.app import test_pages
from tests.support import worlds
from tests.support.payloads import SCRIPTS

REASON = "Fewer shirts lost among T-shirts."


def test_the_log_is_filtered_by_who_and_what(store):
    worlds.publish_two_runs(store)
    promotions.promote(store, runs.find(store, "2").id, reason=REASON, who="Grace [x](http://x.example)", override=True)
    at = test_pages.opened("log")
    assert not at.exception
    assert len(at.dataframe[0].value) == len(audit.entries(store))
    said = test_pages.texts(at)
    assert "**Ada** trained version 2: Quick check," in said
    assert f"**Grace [x](http://x.example)** made version 2 live in place of version 1. :gray[“{REASON}”]" in said
    assert '{"' not in said
    at = test_pages.opened("log", what="promote", who="Grace [x](http://x.example)")
    assert at.dataframe[0].value["Why"].tolist() == [REASON]
    assert "made version 2 live" in test_pages.texts(at) and "trained" not in lines_of_the_log(at)
    at = test_pages.opened("log", what="roll-back")
    assert "Nothing in the log matches these filters." in test_pages.texts(at)


def lines_of_the_log(at):
    return " ".join(str(each.value) for each in at.markdown if ":gray[" in str(each.value) and "**" in str(each.value))


def test_a_long_log_shows_its_newest_lines_by_day_and_older_ones_on_request(store):
    worlds.publish(store)
    for number in range(60):
        team.choose_target(store, (number + 1) / 100, who="Ada")
    at = test_pages.opened("log")
    assert "The newest 50 of 62 lines" in test_pages.texts(at)
    assert phrases.date(audit.entries(store)[0].at) in [each.value for each in at.header]
    assert "set the target to 10 of 100" not in test_pages.texts(at)
    at.button(key="log-more").click().run()
    assert "62 lines" in test_pages.texts(at) and "set the target to 10 of 100" in test_pages.texts(at)


def test_names_and_reasons_like_attacks_are_text_in_the_log(store):
    worlds.publish_two_runs(store)
    for reason in SCRIPTS[:6]:
        team.write_pair_rule(store, "Shirt", "Coat", reason, who="[x](javascript:1) :red[y]")
    at = test_pages.opened("log")
    assert not at.exception
    said = " ".join(str(each.value) for each in at.main.markdown)
    for reason in SCRIPTS[:6]:
        assert phrases.markdown(reason)[:60] in said
    assert "](javascript" not in said.replace("\\](", "") and "**\\[x\\]" in said
