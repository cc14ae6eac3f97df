"""Promises of the receiver about peers: how much they may say and how slowly, and that nothing of it is left."""

import gc
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipeline.errors import SettingsError
from pipeline.extract.callback_server import BODY_LIMIT_BYTES, CONNECTION_SECONDS, CONNECTIONS_AT_MOST
from pipeline.extract.receiver import Receiver
from tests.callbacks import HERE, Clock, asked, assert_hung_up, callback, ordered, raw_answer, silent_peer

TLS = Path(__file__).parent / "data" / "tls"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver(HERE) as receiver:
        yield receiver


def test_a_body_of_the_limit_is_read_and_a_longer_one_is_413(receiver: Receiver) -> None:
    ordered(receiver)
    for excess in (1, 500_000):
        assert asked(receiver.url, callback().ljust(BODY_LIMIT_BYTES + excess)) == 413
    assert receiver.wait("e-1", 0) is None
    assert asked(receiver.url, callback().ljust(BODY_LIMIT_BYTES)) == 200


@pytest.mark.parametrize(
    ("length", "status"),
    [
        ("", b"411"),
        ("Content-Length: -1", b"411"),
        ("Content-Length: \xb2", b"411"),
        ("Content-Length: 1_0", b"411"),
        ("Transfer-Encoding: chunked", b"411"),
        ("Content-Length: 65537", b"413"),
        (f"Content-Length: {'9' * 6000}", b"413"),
    ],
)
def test_a_length_that_is_none_or_too_much_is_refused_without_reading(
    length: str, status: bytes, receiver: Receiver
) -> None:
    path = urlsplit(receiver.url).path
    request = f"POST {path} HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n".replace("\r\n\r\n\r\n", "\r\n\r\n")
    assert raw_answer(receiver.url, request.encode("latin-1")).split(b" ")[1] == status


def test_a_callback_that_is_cut_off_is_none(receiver: Receiver) -> None:
    ordered(receiver)
    whole = callback("failed")
    path = urlsplit(receiver.url).path
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(whole) + 1}\r\n\r\n".encode()
    assert raw_answer(receiver.url, head + whole).split(b" ")[1] == b"404"
    assert receiver.wait("e-1", 0) is None


BEGINNINGS = (b"", b"POST / HT", b"POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\nhalf of it")


@pytest.mark.parametrize("said", BEGINNINGS)
def test_peers_that_say_nothing_hold_up_neither_others_nor_the_end(said: bytes) -> None:
    before = threading.active_count()
    with Receiver(HERE) as receiver:
        ordered(receiver)
        peers = [silent_peer(receiver, said) for _ in range(20)]
        assert asked(receiver.url, callback()) == 200
    assert threading.active_count() == before
    for peer in peers:
        assert_hung_up(peer)


def test_more_peers_than_there_is_room_for_cost_the_one_that_waited_longest() -> None:
    with Receiver(HERE, clock=Clock()) as receiver:
        ordered(receiver)
        peers = [silent_peer(receiver) for _ in range(CONNECTIONS_AT_MOST)]
        assert asked(receiver.url, callback()) == 200
        assert_hung_up(peers.pop(0))
        assert asked(receiver.url, callback()) == 200
    for peer in peers:
        assert_hung_up(peer)


@pytest.mark.parametrize("said", BEGINNINGS)
def test_a_peer_whose_time_is_over_is_hung_up_on_however_it_trickles(said: bytes) -> None:
    clock = Clock()
    with Receiver(HERE, clock=clock) as receiver:
        peer = silent_peer(receiver, said)
        ordered(receiver)
        asked(receiver.url, callback("failed"))  # the peer before is accepted by then
        clock.now += CONNECTION_SECONDS
        assert_hung_up(peer)
        assert asked(receiver.url, callback()) == 200


def test_no_port_is_left_open_and_no_thread_whatever_ended_the_block() -> None:
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt), Receiver(HERE) as receiver:
        raise KeyboardInterrupt
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        silent_peer(receiver)


def test_the_port_can_be_had_again_at_once() -> None:
    with Receiver(HERE) as receiver:
        asked(receiver.url, callback())
        port = receiver.port
    with Receiver((HERE[0], port)) as again:
        assert asked(again.url, callback()) == 404


def test_a_port_that_is_taken_is_a_settings_error_that_says_what_to_do() -> None:
    with socket.create_server(HERE) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError) as caught:
            Receiver(("127.0.0.1", port))
    assert "in use" in caught.value.what
    assert caught.value.where == f"127.0.0.1:{port}"
    assert "--callback-listen" in caught.value.hint


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_every_address_of_this_machine_is_none_to_give_to_quay(host: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Receiver((host, 0))
    assert "--callback-url" in caught.value.hint


def test_with_an_address_to_give_it_listens_everywhere() -> None:
    with Receiver(("0.0.0.0", 0), public_url="http://audit.example.com:9100") as receiver:
        ordered(receiver)
        path = urlsplit(receiver.url).path
        assert receiver.url == f"http://audit.example.com:9100{path}"
        assert asked(f"http://127.0.0.1:{receiver.port}{path}", callback()) == 200


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_an_address_of_ipv6_is_written_as_one() -> None:
    with Receiver(("::1", 0)) as receiver:
        ordered(receiver)
        assert receiver.url.startswith(f"http://[::1]:{receiver.port}/")
        assert asked(receiver.url, callback()) == 200


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(TLS / "authority.pem"))
    context.check_hostname = False  # the certificate is for a name, and tests talk to an address
    return context


def test_with_a_certificate_it_speaks_tls_and_nothing_else() -> None:
    before = threading.active_count()
    with Receiver(HERE, certificate=TLS / "server.pem") as receiver:
        assert receiver.url.startswith("https://127.0.0.1:")
        ordered(receiver)
        silent = [silent_peer(receiver, said) for said in (b"", b"\x16\x03\x01")]
        assert asked(receiver.url, callback(), tls=trusting()) == 200
        with pytest.raises((OSError, HTTPException)):
            asked(receiver.url, callback())
        with pytest.raises(ssl.SSLCertVerificationError):
            asked(receiver.url, callback(), tls=ssl.create_default_context())
        assert asked(receiver.url, callback(), tls=trusting()) == 200
    assert threading.active_count() == before
    for peer in silent:
        peer.close()


@pytest.mark.parametrize("content", [None, b"", b"no certificate", (TLS / "authority.pem").read_bytes()])
def test_a_certificate_that_cannot_be_used_is_a_settings_error_and_holds_no_port(
    content: bytes | None, tmp_path: Path
) -> None:
    certificate = tmp_path / "callback.pem"
    if content is not None:
        certificate.write_bytes(content)
    with socket.create_server(HERE) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(SettingsError) as caught:
        Receiver((HERE[0], port), certificate=certificate)
    assert caught.value.where == str(certificate)
    assert "PEM" in caught.value.hint
    gc.collect()  # a socket that was left open would be told of now
    socket.create_server((HERE[0], port)).close()


def test_an_encrypted_key_is_a_settings_error_and_no_question_on_the_terminal(tmp_path: Path) -> None:
    certificate = tmp_path / "callback.pem"
    key = subprocess.run(
        ["openssl", "pkcs8", "-topk8", "-in", TLS / "server.pem", "-passout", "pass:secret"],
        capture_output=True,
        check=True,
    ).stdout
    certificate.write_bytes((TLS / "authority.pem").read_bytes() + key)
    with pytest.raises(SettingsError, match="unusable callback certificate"):
        Receiver(HERE, certificate=certificate)
