"""Who gets past the gate, to what, under which name; and what is said to those who do not."""

import re
from types import SimpleNamespace

import pytest
from streamlit.web.server.starlette.starlette_routes import BASE_ROUTE_UPLOAD_FILE

from core.access.roles import Role
from dashboard.data import log_ids
from dashboard.gate import gate as gates
from dashboard.gate import limits
from dashboard.gate.headers import SECURITY, SecurityHeaders
from dashboard.session import identity
from tests.gate.asking import ask, finished
from tests.gate.conftest import ROLES

PAGE, MISTAKES, METRICS = "/", "/mistakes", "/_stcore/metrics"
UPLOAD = f"/{BASE_ROUTE_UPLOAD_FILE}/session/file"
ROUTES = (
    (PAGE, "GET", "http"), (MISTAKES, "GET", "http"), ("/static/js/index.js", "GET", "http"),
    ("/_stcore/health", "GET", "http"), ("/_stcore/host-config", "GET", "http"), ("/media/picture.png", "GET", "http"),
    (METRICS, "GET", "http"), (UPLOAD, "PUT", "http"), (UPLOAD, "DELETE", "http"),
    ("/_stcore/stream", "GET", "websocket"),
)  # fmt: skip
PEOPLE = {
    "nobody": {},
    "viewer": {"X_Forwarded_Email": "vera@example.com"},
    "reviewer": {"X_Forwarded_Email": "ruth@example.com"},
    "approver": {"X_Forwarded_Email": "ada@example.com"},
    "operator": {"X_Forwarded_Email": "otto@example.com", "X_Forwarded_Groups": "staff,it"},
}
REFUSED = {
    **{(*route, "nobody"): 401 if route[2] == "http" else 403 for route in ROUTES},
    (UPLOAD, "PUT", "http", "viewer"): 403,
    **{(METRICS, "GET", "http", who): 403 for who in ("viewer", "reviewer", "approver")},
}
"""Everything that is refused, with the answer; all the rest is handed on."""


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize(("path", "method", "kind"), ROUTES)
def test_each_route_is_for_those_who_may(gated, path, method, kind, who):
    app, behind, _ = gated(sign_in="proxy", **ROLES)
    answer = ask(app, path, method=method, kind=kind, **PEOPLE[who])
    expected = REFUSED.get((path, method, kind, who))
    assert answer.status == (expected or (200 if kind == "http" else 101))
    assert len(behind.scopes) == (0 if expected else 1), "whoever is refused reaches nothing"


@pytest.mark.parametrize(("path", "method", "kind"), ROUTES)
def test_without_a_sign_in_everything_is_handed_on_and_no_name_with_it(gated, path, method, kind):
    app, behind, _ = gated()
    answer = ask(app, path, method=method, kind=kind, **PEOPLE["operator"])
    assert answer.status in (200, 101)
    assert behind.header(identity.HEADER) == []


def test_whoever_signed_in_comes_with_a_sealed_name_and_the_role_of_the_settings(gated):
    app, behind, settings = gated(sign_in="proxy", **ROLES)
    ask(app, **PEOPLE["operator"])
    [value] = behind.header(identity.HEADER)
    found = identity.opened(value).person(settings)
    assert (found.name, found.role, found.known_by) == ("otto@example.com", Role.OPERATOR, "proxy")


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_name_that_a_client_writes_for_itself_never_gets_past(gated, kind):
    app, behind, settings = gated(sign_in="proxy", **ROLES)
    ask(app, kind=kind, **PEOPLE["operator"])
    [stolen] = behind.header(identity.HEADER)
    ask(app, kind=kind, **PEOPLE["viewer"], X_Garments_Person=stolen)
    [value] = behind.header(identity.HEADER)
    assert identity.opened(value).person(settings).role is Role.VIEWER
    assert ask(app, kind=kind, X_Garments_Person=stolen).status in (401, 403)
    open_app, behind, _ = gated()
    ask(open_app, kind=kind, X_Garments_Person=stolen)
    assert behind.header(identity.HEADER) == []


@pytest.mark.parametrize("change", [lambda v: v[:-1] + ("0" if v[-1] != "0" else "1"), lambda v: "x" + v,
                                    lambda v: v.split(".")[0], lambda v: "", lambda v: "."])  # fmt: skip
def test_a_seal_that_was_changed_is_nobodys(change):
    who = identity.SignedIn(name="ada@example.com", groups=("it",), known_by="proxy", until=9e9)
    assert identity.opened(identity.sealed(who)) == who
    assert identity.opened(change(identity.sealed(who))) is None


def test_a_sign_in_that_has_run_out_gives_no_role_even_within_a_session(gated):
    _, _, settings = gated(sign_in="proxy", **ROLES)
    who = identity.SignedIn(name="ada@example.com", groups=(), known_by="proxy", until=1.0)
    assert who.person(settings).role is None


def test_whoever_has_no_role_is_told_whom_to_ask(gated):
    app, behind, _ = gated(sign_in="proxy", operators="ada@example.com")
    answer = ask(app, X_Forwarded_Email="mallory+<b>@example.com")
    assert answer.status == 403 and not behind.scopes
    assert "mallory+&lt;b&gt;@example.com" in answer.text and "nobody has given you a role" in answer.text
    assert ask(app, kind="websocket", X_Forwarded_Email="mallory@example.com").status == 403


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", None, "a@localhost", "[::1"])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_host_that_is_not_named_gets_nothing_and_is_told_what_to_set(gated, host, kind):
    app, behind, _ = gated()
    answer = ask(app, kind=kind, host=host)
    assert answer.status == (421 if kind == "http" else 403) and not behind.scopes
    assert kind == "websocket" or "server.allowedHosts" in answer.text


@pytest.mark.parametrize("path", gates.OPEN)
def test_monitors_ask_under_any_name_and_without_a_sign_in(gated, path):
    app, behind, _ = gated(sign_in="proxy", **ROLES)
    assert ask(app, path, host="10.0.0.7:8501").status == 200 and behind.scopes


def test_every_answer_has_the_headers_whoever_gives_it(gated):
    async def broken(scope, receive, send):
        raise RuntimeError("a bug")

    app, _, _ = gated(sign_in="proxy", **ROLES)
    answers = [ask(app), ask(app, **PEOPLE["viewer"]), ask(app, host="evil.example"), ask(app, "/healthz")]
    captured = []

    async def keep(message):
        captured.append(message)

    with pytest.raises(RuntimeError):
        finished(SecurityHeaders(broken)({"type": "http", "method": "GET", "path": "/", "headers": []}, None, keep))
    answers_headers = [answer.headers for answer in answers]
    answers_headers.append({name.decode(): value.decode() for name, value in captured[0]["headers"]})
    for headers in answers_headers:
        assert {name.lower(): value for name, value in SECURITY.items()}.items() <= headers.items()
    assert captured[0]["status"] == 500 and b"a bug" not in captured[1]["body"]


def test_each_request_has_a_number_of_its_own_that_no_client_chooses(gated):
    app, behind, _ = gated()
    numbers = []
    for _ in range(2):
        ask(app, X_Request_ID="mine-and-nobody-elses")
        numbers += behind.header(log_ids.REQUEST_ID.lower())
    assert len(set(numbers)) == 2 and all(re.fullmatch("[0-9a-f]{16}", number) for number in numbers)


def test_the_page_that_was_asked_for_is_shown_after_the_sign_in_once(gated, monkeypatch):
    app, behind, _ = gated(sign_in="provider", **ROLES)
    monkeypatch.setattr(gates.signing_in, "providers", lambda: ["default"])
    monkeypatch.setattr(gates, "_token", lambda name: "token")
    monkeypatch.setattr(gates.signing_in, "_claims", lambda headers: {})
    monkeypatch.setattr(gates.auth_util, "get_origin_from_redirect_uri", lambda: "http://localhost")
    answer = ask(app, "/mistakes?true=Shirt&pred=Coat", accept="text/html")
    assert answer.status == 401 and "/auth/login?provider=token" in answer.text
    cookie = answer.headers["set-cookie"].partition(";")[0]
    claims = {"is_logged_in": True, "origin": "http://localhost", "iat": 9e9, "email": "ada@example.com"}
    monkeypatch.setattr(gates.signing_in, "_claims", lambda headers: claims)
    answer = ask(app, "/", cookie=cookie)
    assert (answer.status, answer.headers["location"]) == (303, "/mistakes?true=Shirt&pred=Coat")
    assert "Max-Age=0" in answer.headers["set-cookie"] and not behind.scopes


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "evil"])
def test_a_page_of_another_host_is_never_gone_to(gated, wanted):
    app, behind, _ = gated(sign_in="proxy", **ROLES)
    assert ask(app, cookie=f"garments-wanted={wanted}", **PEOPLE["viewer"]).status == 200 and behind.scopes


# ---- what is sent -----------------------------------------------------------------------------------------------

MB = 1_000_000


def upload(app, sizes, who="reviewer", name="photos.zip"):
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="' + name.encode() + b'"\r\n\r\n'
    return ask(app, UPLOAD, method="PUT", body=[head, *(b"0" * size for size in sizes)], **PEOPLE[who])


def test_more_than_a_person_may_send_a_day_is_refused_for_that_person_alone(gated):
    app, behind, _ = gated(sign_in="proxy", upload_mb_per_day=3, **ROLES)
    assert upload(app, [MB]).status == 200
    answer = upload(app, [MB, MB, MB, MB])
    assert answer.status == 413 and "GARMENTS_UPLOAD_MB_PER_DAY" in answer.text
    assert behind.received < 3.1 * MB, "what is too much is not read on"
    assert upload(app, [MB], who="approver").status == 200


@pytest.mark.parametrize(("held", "of"), [(398, "session"), (1998, "another"), (0, "session")])
def test_files_that_a_session_or_all_of_them_hold_leave_room_for_so_many_more(gated, monkeypatch, held, of):
    class Manager:
        file_storage = {of: {"a": SimpleNamespace(data=range(held * MB))}}  # noqa: RUF012 (as Streamlit's)

    monkeypatch.setattr(limits.Runtime, "exists", lambda: True)
    monkeypatch.setattr(limits.Runtime, "instance", lambda: SimpleNamespace(uploaded_file_mgr=Manager()))
    app, _, _ = gated(sign_in="proxy", **ROLES)
    answer = upload(app, [MB, MB, MB])
    assert answer.status == (413 if held else 200)
    assert not held or "no room in memory" in answer.text
    assert upload(app, [MB]).status == 200


def test_the_day_ends():
    now = [0.0]
    quota = limits.Quota(100, clock=lambda: now[0])
    quota.add("ada", 90)
    assert quota.left("ada") == 10 and quota.left("grace") == 100
    now[0] = limits.DAY + 1
    assert quota.left("ada") == 100


def test_a_photo_may_have_fifty_megabytes_and_a_zip_more(gated):
    app, _, _ = gated(sign_in="proxy", **ROLES)
    parts = [10 * MB] * 5
    assert upload(app, [*parts, MB], name="coat.JPG").status == 413
    assert upload(app, [10 * MB] * 4, name="coat.JPG").status == 200
    assert upload(app, [*parts, MB], name="coats.zip").status == 200
