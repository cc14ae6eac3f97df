"""Promises of `quay-audit app`: nobody looks who should not, and the dashboard's process knows no secret of Quay."""

import http.client
import os
from pathlib import Path

import pytest

from tests.browser.apps import running
from tests.commands import quay_audit

PROVIDER = """\
[auth]
redirect_uri = "http://127.0.0.1:8501/oauth2callback"
cookie_secret = "of-the-cookie"
client_id = "quay-audit"
client_secret = "of-the-client"
server_metadata_url = "https://sso.example/.well-known/openid-configuration"
"""
ROLES = '[roles]\nanalysts = ["security"]\n'
TOKEN = "a-token-that-opens-quay"


def sign_in_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    """The file that names a provider, as somebody wrote it."""
    file = folder / "sign-in.toml"
    file.write_text(text)
    file.chmod(mode)
    return file


@pytest.mark.parametrize(
    "listen",
    ["8501", ":8501", "localhost", "localhost:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:²", "a:-1", ""],
)
def test_what_is_no_address_is_refused(listen: str) -> None:
    ended = quay_audit("app", "--listen", listen)
    assert ended.status == 2
    assert ended.error == f"{listen!r} is no address (--listen)"
    assert ended.hint == "write it like 127.0.0.1:8501"


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "192.0.2.7", "audit.example.com", "127.0.0.2"])
def test_another_address_is_refused_where_nobody_signs_in(host: str) -> None:
    ended = quay_audit("app", "--listen", f"{host}:8501")
    assert ended.status == 2
    assert ended.error == f"everybody who reaches this address could look and decide (--listen {host}:8501)"
    assert "--sign-in" in ended.hint
    assert "--without-sign-in" in ended.hint


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_file_with_the_providers_secrets_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = sign_in_file(tmp_path, PROVIDER + ROLES, mode)
    ended = quay_audit("app", "--sign-in", str(file))
    assert ended.status == 2
    assert "others may read the provider's secrets here" in ended.error
    assert ended.hint == f"chmod 600 {file}"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "[auth] lacks redirect_uri, cookie_secret, client_id, client_secret, server_metadata_url"),
        (PROVIDER.replace('client_secret = "of-the-client"\n', "") + ROLES, "[auth] lacks client_secret"),
        (PROVIDER.replace('"of-the-cookie"', '""') + ROLES, "[auth] lacks cookie_secret"),
        ('auth = "https://sso.example"\n' + ROLES, "[auth] lacks redirect_uri"),
        (PROVIDER, "no group may look"),
        (PROVIDER + "[roles]\nanalysts = []\n", "no group may look"),
        ('roles = "security"\n' + PROVIDER, "no group may look"),
        (PROVIDER + '[roles]\nanalysts = "security"\n', "analysts in [roles] is no list"),
        (PROVIDER + '[roles]\nanalysts = ["a"]\nviewers = {b = 1}\n', "viewers in [roles] is no list"),
        ("[auth\n", "this file cannot be read"),
    ],
)
def test_a_file_that_would_let_nobody_or_anybody_in_is_refused(
    tmp_path: Path, text: str, complaint: str
) -> None:
    file = sign_in_file(tmp_path, text)
    ended = quay_audit("app", "--listen", "0.0.0.0:8501", "--sign-in", str(file))
    assert ended.status == 2
    assert complaint in ended.stderr
    assert str(file) in ended.stderr
    assert "of-the-" not in ended.stderr


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    ended = quay_audit("app", "--sign-in", str(tmp_path / "none.toml"))
    assert ended.status == 2
    assert "cannot be read" in ended.stderr


def test_the_dashboards_process_has_none_of_our_settings_and_is_on_this_machine_alone(tmp_path: Path) -> None:
    secrets = {
        "QUAY_AUDIT_TOKEN": TOKEN,
        "QUAY_AUDIT_NOTIFY": f"json://{TOKEN}@sink",
        "QUAY_AUDIT_URL": "http://127.0.0.1",
    }
    with running(tmp_path / "lake", environ=secrets) as app:
        process = Path(f"/proc/{app.pid}")
        environment, words = (process / "environ").read_bytes(), (process / "cmdline").read_bytes()
        assert b"QUAY_AUDIT_" not in environment
        assert TOKEN.encode() not in environment + words
        assert addresses_listened_on(app.pid) == {f"0100007F:{app.port:04X}"}
        assert TOKEN not in app.said


@pytest.mark.parametrize(
    ("words", "host", "status"),
    [
        ((), "127.0.0.1", 101),
        ((), "localhost", 101),
        ((), "evil.example", 403),
        (("--without-sign-in",), "audit.example.com", 101),
    ],
)
def test_a_page_whose_name_leads_to_this_machine_cannot_look(
    words: tuple[str, ...], host: str, status: int, tmp_path: Path
) -> None:
    with running(tmp_path / "lake", *words) as app:
        connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=30)
        asked = {
            "Host": f"{host}:{app.port}",
            "Origin": f"http://{host}:{app.port}",
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        }
        connection.request("GET", "/_stcore/stream", headers=asked)
        answered = connection.getresponse().status
        connection.close()
    assert answered == status


def addresses_listened_on(pid: int) -> set[str]:
    """The local TCP addresses at which a process listens, as the kernel writes them."""
    links = {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()}  # noqa: PTH115 (sockets are no paths)
    held = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if state == "0A" and f"socket:[{rest[5]}]" in links:
                held.add(local)
    return held
