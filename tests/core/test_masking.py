from urllib.parse import quote, quote_plus

import pytest

from core import masking


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://ada:canary@db/garments", "postgresql://ada:***@db/garments"),
        (
            "postgresql+psycopg://ada:can@ary@db/x, and sqlite:///y",
            "postgresql+psycopg://ada:***@db/x, and sqlite:///y",
        ),
        ("at https://:canary@host/ and http://u:canary@h", "at https://:***@host/ and http://u:***@h"),
        ("connection to host=db password=canary user=ada", "connection to host=db password=*** user=ada"),
        ("{'password': 'canary', \"token\": \"canary\"}", "{'password': '***', \"token\": \"***\"}"),
        ("Authorization: Bearer canary", "Authorization: Bearer ***"),
        ("PGPASSWORD=canary API_KEY: canary client-secret=canary;x", "PGPASSWORD=*** API_KEY: *** client-secret=***;x"),
        ("?x=1&access_token=canary&y=2", "?x=1&access_token=***&y=2"),
        ("No secrets: at 12:30, http://localhost:8501/a@b, mail ada@example.com", None),
    ],
)
def test_what_looks_like_a_password_is_masked(text, shown):
    assert masking.masked(text) == (shown or text)


@pytest.mark.parametrize("secret", ["canary", "c@n/a:r y#%?", "canäry\n", "ca'n\"ary\\"])
def test_a_secret_that_is_known_is_masked_in_every_form_in_which_it_is_written(secret):
    masking.keep_secret(secret)
    for form in (secret, quote(secret, safe=""), quote_plus(secret), quote(secret)):
        assert masking.masked(f"before {form} after") == "before *** after"
    assert masking.masked(f"before {secret!r} after") in ("before '***' after", 'before "***" after')


def test_a_secret_that_is_known_as_it_stands_in_an_address_is_masked_as_it_is():
    masking.keep_secret(masking.password_of("http://ada:c%40n%2fary%C3%A4@host/"))
    assert masking.masked("c@n/aryä c%40n%2fary%C3%A4 c%40n%2Fary%C3%A4") == "*** *** ***"


def test_the_longer_of_two_secrets_is_masked_as_a_whole_and_a_short_one_is_none():
    masking.keep_secret("canary", "canary-bird", "a", "")
    assert masking.masked("canary-bird and a canary") == "*** and a ***"


def test_the_password_of_what_is_no_address_is_none():
    assert masking.password_of("https://ada:canary@host") == "canary"
    assert masking.password_of("https://[") == masking.password_of("/a/b:c@d") == masking.password_of("") == ""


LONG = (
    "a" * 200_000, "a:" * 100_000, "://x:" * 40_000, "a://b:c" * 30_000, "password" * 25_000, "@" * 200_000,
    "://u:" + "a@" * 100_000, "pwd=" * 50_000, "token " + " " * 200_000, "secret=" + "a" * 200_000,
)  # fmt: skip


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_no_text_takes_more_than_the_time_of_its_length(text):
    """Milliseconds; where the time grew with the square of the length, these would take minutes."""
    found = masking.masked(text)
    assert found == text or "***" in found
