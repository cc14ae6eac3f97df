"""Promises about what stands before a Quay: TLS is verified, a private authority and a proxy are used as they are set."""

import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import Secret
from pipeline.demo.server import serve
from pipeline.errors import Unreachable
from pipeline.quay.client import QuayClient
from pipeline.quay.logs import read_counts, stream_of
from pipeline.quay.scopes import ALL
from pipeline.quay.throttle import Throttle
from pipeline.quay.transport import transport_to
from tests.commands import Ended, assert_nowhere, quay_audit
from tests.extracts import TOKEN
from tests.gateways import AUTHORITY, Address, Proxy, TlsFront, address_of, closed_port, running
from tests.small_quay import FIRST, LAST, quay, week

PASSWORD = "the-password-of-the-proxy"
TRUSTING = ("--ca-file", str(AUTHORITY))


@pytest.fixture
def plain() -> Iterator[Address]:
    """Where a Quay answers plain HTTP."""
    with serve(quay(week())) as url:
        yield address_of(url)


@pytest.fixture
def front(plain: Address) -> Iterator[TlsFront]:
    """The same Quay behind TLS."""
    with running(TlsFront(plain)) as front:
        yield front


def extract(url: str, folder: Path, *args: str, **environ: str) -> Ended:
    """An extract of the week; whatever comes of it, neither token nor password is anywhere."""
    environ = {"QUAY_AUDIT_TOKEN": TOKEN, "QUAY_AUDIT_TRIES": "1"} | environ
    days = ("--since", str(FIRST), "--until", str(LAST))
    answer = quay_audit("extract", "--url", url, "--lake", str(folder / "lake"), *days, *args, **environ)
    for secret in (TOKEN, PASSWORD):
        assert_nowhere(secret, answer, folder)
    return answer


def assert_all_read(answer: Ended) -> None:
    assert answer.status == 0, answer.stderr
    assert "7 verified" in answer.stdout


def test_a_certificate_of_an_unknown_authority_is_refused_at_once(front: TlsFront, tmp_path: Path) -> None:
    answer = extract(f"https://127.0.0.1:{front.port}", tmp_path, QUAY_AUDIT_TRIES="6")
    assert answer.status == 3
    assert "is not trusted: unable to get local issuer certificate" in answer.error
    assert "--ca-file" in answer.hint
    assert front.handshakes == 1, "what is not trusted now is not trusted in a second either"


def test_the_authority_that_is_named_is_trusted(front: TlsFront, tmp_path: Path) -> None:
    assert_all_read(extract(f"https://127.0.0.1:{front.port}", tmp_path / "flag", *TRUSTING))
    url, environ = f"https://127.0.0.1:{front.port}", {"QUAY_AUDIT_CA_FILE": str(AUTHORITY)}
    assert_all_read(extract(url, tmp_path / "environment", **environ))


def test_a_certificate_for_another_name_is_refused_though_its_authority_is_trusted(
    front: TlsFront, tmp_path: Path
) -> None:
    answer = extract(f"https://localhost:{front.port}", tmp_path, *TRUSTING)
    assert answer.status == 3
    assert "not valid for 'localhost'" in answer.error
    assert "the very host of the URL" in answer.hint


@pytest.mark.parametrize(
    "content", [None, b"", b"-----BEGIN CERTIFICATE-----\nno\n", AUTHORITY.name.encode()]
)
def test_a_file_that_holds_no_certificates_is_a_usage_error(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "authority.pem"
    if content is not None:
        file.write_bytes(content)
    answer = extract("https://quay.example", tmp_path, "--ca-file", str(file))
    assert answer.status == 2
    assert str(file) in answer.error
    assert "PEM" in answer.hint


def test_speaking_the_wrong_one_of_http_and_https_is_told(
    plain: Address, front: TlsFront, tmp_path: Path
) -> None:
    for url in (f"https://127.0.0.1:{plain[1]}", f"http://127.0.0.1:{front.port}"):
        answer = extract(url, tmp_path, *TRUSTING)
        assert answer.status == 3
        assert url in answer.error
        assert "check the URL" in answer.hint


def test_a_proxy_that_is_set_is_asked_for_everything(plain: Address, tmp_path: Path) -> None:
    url = "http://quay.example"
    with running(Proxy(plain)) as proxy:
        assert_all_read(extract(url, tmp_path, "--proxy", proxy.url, "--allow-plain-http"))
        assert len(proxy.asked) > 17
        assert {line.rpartition("/api/")[0] for line in proxy.asked} == {"GET http://quay.example"}


def test_through_a_proxy_tls_reaches_to_the_registry_and_the_proxy_sees_no_token(
    front: TlsFront, tmp_path: Path
) -> None:
    with running(Proxy(("127.0.0.1", front.port))) as proxy:
        assert_all_read(extract("https://quay.example", tmp_path, "--proxy", proxy.url, *TRUSTING))
        assert set(proxy.asked) == {"CONNECT quay.example:443 HTTP/1.1"}
        assert TOKEN not in "".join(proxy.seen)


def test_the_usual_variables_name_a_proxy_and_where_not_to_use_it(front: TlsFront, tmp_path: Path) -> None:
    dead = f"http://127.0.0.1:{closed_port()}"
    with running(Proxy(("127.0.0.1", front.port))) as proxy:
        url = "https://quay.example"
        assert_all_read(extract(url, tmp_path / "usual", *TRUSTING, HTTPS_PROXY=proxy.url))
        assert proxy.asked
        ours = {"QUAY_AUDIT_PROXY": proxy.url}
        assert_all_read(extract(url, tmp_path / "ours", *TRUSTING, HTTPS_PROXY=dead, **ours))
    url = f"https://127.0.0.1:{front.port}"
    assert_all_read(extract(url, tmp_path / "none", *TRUSTING, HTTPS_PROXY=dead, NO_PROXY="127.0.0.1"))
    assert extract(url, tmp_path / "dead", *TRUSTING, HTTPS_PROXY=dead).status == 3


@pytest.mark.parametrize("url", ["http://quay.example", "https://quay.example"])
def test_a_proxys_password_is_given_to_it_and_shown_to_nobody(
    url: str, plain: Address, front: TlsFront, tmp_path: Path
) -> None:
    behind = plain if url.startswith("http:") else ("127.0.0.1", front.port)
    more = (*TRUSTING, "--allow-plain-http")
    with running(Proxy(behind, PASSWORD)) as proxy:
        right = proxy.url.replace("//", f"//user:{PASSWORD}@")
        assert_all_read(extract(url, tmp_path / "right", *more, QUAY_AUDIT_PROXY=right))
        wrong = proxy.url.replace("//", f"//other:{PASSWORD}@")
        answer = extract(url, tmp_path / "wrong", *more, QUAY_AUDIT_PROXY=wrong)
    assert answer.status == 3
    assert "407" in answer.error
    assert "proxy" in answer.hint


def test_a_proxys_password_on_the_command_line_is_refused(tmp_path: Path) -> None:
    answer = extract("https://quay.example", tmp_path, "--proxy", f"http://user:{PASSWORD}@127.0.0.1:3128")
    assert answer.status == 2
    assert "holds a password" in answer.error


def test_a_proxy_that_is_not_there_is_out_of_reach(tmp_path: Path) -> None:
    answer = extract("https://quay.example", tmp_path, "--proxy", f"http://127.0.0.1:{closed_port()}")
    assert answer.status == 3
    assert "Connection refused" in answer.error
    assert "proxy settings" in answer.hint


def test_no_traceback_of_a_broken_handshake_shows_token_or_password(front: TlsFront) -> None:
    url = f"https://127.0.0.1:{front.port}"
    with running(Proxy(("127.0.0.1", front.port))) as server:
        proxy = Secret(server.url.replace("//", f"//user:{PASSWORD}@"))
        client = QuayClient(
            url,
            Secret(TOKEN),
            transport=transport_to(url, ca_file=None, proxy=proxy, connections=1),
            throttle=Throttle(ceiling=1),
        )
        with pytest.raises(Unreachable, match="not trusted") as caught:
            read_counts(client, stream_of(ALL), LAST, LAST)
        client.close()
    told = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert TOKEN not in told
    assert PASSWORD not in told
