import math

import pytest
from sqlalchemy.exc import IntegrityError

from core import errors
from core.store.base import database
from core.store.team import team


def test_the_last_target_holds(store):
    assert team.target(store) == team.DEFAULT_TARGET
    team.choose_target(store, 0.9, who="Ada")
    team.choose_target(store, 0.8, who="Grace")
    assert team.target(store) == 0.8


@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan, math.inf])
def test_a_target_that_is_no_share_is_refused(store, share):
    with pytest.raises(errors.StoreError, match="between 0 and 100"):
        team.choose_target(store, share, who="Ada")
    assert team.target(store) == team.DEFAULT_TARGET


def test_the_rule_of_a_pair_is_the_same_from_both_sides(store):
    assert team.pair_rule(store, "Shirt", "T-shirt/top") == ""
    team.write_pair_rule(store, "T-shirt/top", "Shirt", " A shirt has buttons. ", who="Ada")
    assert team.pair_rule(store, "Shirt", "T-shirt/top") == "A shirt has buttons."
    assert team.pair_rule(store, "Shirt", "Coat") == ""
    team.write_pair_rule(store, "Shirt", "T-shirt/top", "", who="Ada")
    assert team.pair_rule(store, "Shirt", "T-shirt/top") == ""


def test_an_endless_rule_is_refused(store):
    with pytest.raises(errors.StoreError, match=r"2,000 characters, this one has 2,001"):
        team.write_pair_rule(store, "Shirt", "Coat", "x" * 2001, who="Ada")


def test_choices_are_never_rewritten(store):
    team.choose_target(store, 0.9, who="Ada")
    with pytest.raises(IntegrityError, match="cannot be changed"), database.write(store.engine) as connection:
        connection.exec_driver_sql("UPDATE team_choices SET value = '1'")
