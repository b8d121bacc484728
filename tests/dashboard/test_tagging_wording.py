"""What is said of a tagging while it works."""

from dashboard.tagging import wording


def test_the_first_tagging_of_a_version_says_what_it_learns():
    states = {"is_running": True, "is_stopping": False}
    sentence = wording.tagging(0, 2000, **states, is_learning=True)
    assert sentence == "Learning which way up garments hang (once for this version), 2,000 photos wait"
    assert wording.tagging(32, 2000, **states) == "Tagging, 32 of 2,000 photos"
    assert wording.tagging(0, 9, is_running=True, is_stopping=True, is_learning=True).startswith("Stopping after")
    assert wording.tagging(0, 9, is_running=False, is_stopping=False, is_learning=True).startswith("Waiting")
