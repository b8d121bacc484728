"""How long a search for wrong labels will still take, by a clock that the test sets."""

import pytest

from core.jobs import suspect_search, time_left
from core.model.out_of_fold import Progress


def test_models_that_were_kept_do_not_make_the_time_left_jump(monkeypatch):
    now, told = 0.0, []
    monkeypatch.setattr(time_left.time, "monotonic", lambda: now)
    report = suspect_search._reporter(lambda stage, share, seconds: told.append(seconds))
    for model in (1, 2):  # found in the folder, a moment apart
        now += 0.01
        report(Progress(model=model, num_models=5, fraction=model / 5))
    for tenths in range(1, 31):  # three more, at 10 seconds a tenth of a model
        report(Progress(model=3 + (tenths - 1) // 10, num_models=5, fraction=(20 + tenths) / 50))
        now += 10
    assert told[:3] == [None, None, None]
    assert told[3:] == pytest.approx([10.0 * (30 - tenths) for tenths in range(2, 31)])
