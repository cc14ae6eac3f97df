"""An OpenID Connect provider on 127.0.0.1 that asks for no password: whoever comes next is named in advance."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "quay-audit"
SECONDS_VALID = 600


class Provider(ThreadingHTTPServer):
    """Signs `claims` of whoever signs in next. A code is the nonce that was asked with."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
        self.claims: Mapping[str, Any] = {}

    @property
    def url(self) -> str:
        """The issuer."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def metadata(self) -> dict[str, object]:
        """What a client has to know."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def token(self, nonce: str) -> dict[str, object]:
        """What a code is exchanged for."""
        now = int(time.time())
        standing = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + SECONDS_VALID, "nonce": nonce}
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, {**standing, **self.claims}, self.key)
        return {
            "access_token": "opens-nothing",
            "token_type": "Bearer",
            "expires_in": SECONDS_VALID,
            "id_token": signed,
        }


class _Conversation(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        given = {name: values[0] for name, values in parse_qs(asked.query).items()}
        if asked.path == "/authorize":
            back = urlencode({"code": given["nonce"], "state": given["state"]})
            self.send_response(302)
            self.send_header("Location", f"{given['redirect_uri']}?{back}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif asked.path == "/keys":
            self._answer({"keys": [self.server.key.as_dict(private=False)]})
        else:
            self._answer(self.server.metadata())

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._answer(self.server.token(form["code"][0]))

    def log_message(self, *_: object) -> None:
        """Tests print nothing."""

    def _answer(self, document: Mapping[str, object]) -> None:
        content = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def providing() -> Iterator[Provider]:
    """The provider, as long as the block lasts."""
    with Provider() as provider:
        thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield provider
        finally:
            provider.shutdown()
            thread.join()
