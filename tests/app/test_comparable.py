"""Which earlier version the pages compare with: one that was judged on the same garments, whatever it learned from."""

from core.catalogue import cut
from dashboard.data import runs
from tests.app.test_pages import texts
from tests.app.test_verdicts import opened
from tests.support import worlds


def judged_on(store, seed, *, validation_share=0.1, test_seed=2, train_seed=1):
    train, test = worlds.garments(60, seed=train_seed), worlds.garments(30, seed=test_seed)
    found = cut("sample", train, test, validation_share=validation_share, validation_seed=0)
    return worlds.publish(store, found, seed=seed)


def test_a_version_that_learned_from_other_garments_is_compared_where_it_was_judged_on_the_same(store):
    first = judged_on(store, 1)
    of_all = judged_on(store, 2, validation_share=0)
    elsewhere = judged_on(store, 3, test_seed=9)
    last = judged_on(store, 4, train_seed=7)
    assert len({run.catalogue_fingerprint for run in (first, of_all, elsewhere, last)}) == 4
    assert runs.previous_comparable(first) is None
    assert runs.previous_comparable(of_all) == first
    assert runs.previous_comparable(elsewhere) is None
    assert runs.previous_comparable(last) == of_all
    assert "No earlier version was judged on the same garments." not in texts(opened("today", version="4"))
    assert "No earlier version was judged on the same garments." in texts(opened("today", version="3"))
