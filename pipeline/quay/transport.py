"""How bytes get to a server: TLS that is verified, and proxies."""

import ssl
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from pipeline.config import Secret
from pipeline.errors import SettingsError


def transport_to(
    url: str,
    *,
    ca_file: Path | None,
    proxy: Secret | None,
    connections: int,
    only_ca_file: bool = True,
) -> httpx2.HTTPTransport:
    """A transport with verified TLS: the system's trust store, or `ca_file`, alone or beside it.

    `proxy` wins over HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Raises SettingsError for an unusable certificate file.
    """
    try:
        if ca_file is None:
            context = httpx2.create_ssl_context()
        elif only_ca_file:
            context = ssl.create_default_context(cafile=str(ca_file))
        else:
            context = ssl.create_default_context()
            context.load_verify_locations(cafile=str(ca_file))
    except (OSError, ssl.SSLError) as error:
        hint = "give the PEM file of the authority that signed Quay's certificate"
        raise SettingsError(f"no usable certificates in {ca_file}", hint=hint) from error
    return httpx2.HTTPTransport(
        verify=context,
        proxy=proxy.reveal() if proxy else _proxy_from_environment(url),
        trust_env=False,
        limits=httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
    )


def _proxy_from_environment(url: str) -> str | None:
    parts = urlsplit(url)
    if urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    return urllib.request.getproxies().get(parts.scheme)


def chunks_of_response(response: httpx2.Response) -> Iterable[bytes]:
    """The body as Quay sends it, or unpacked, should a proxy have packed it: the layers that unpack cost as much again.

    Raises: httpx2.DecodingError for what was packed more than once: a few bytes of that are terabytes.
    """
    if "," in response.headers.get("content-encoding", ""):
        raise httpx2.DecodingError("an answer that was packed more than once")
    stream = response.stream
    if "content-encoding" in response.headers or not isinstance(stream, httpx2.SyncByteStream):
        return response.iter_bytes()
    return stream
