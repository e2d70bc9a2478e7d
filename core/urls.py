"""Which addresses may be called: a platform's reply must not send a token or a file to a host we do not know."""

import ipaddress
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from gaung.core.errors import Rejected

_PORTS = {"http": 80, "https": 443}
_FORBIDDEN = frozenset("\\ \t\r\n\x00")


def trusted(url: str, *, settings_urls: Iterable[str] = (), hosts: Iterable[str] = ()) -> str:
    """Answer `url` unchanged when it may be followed; raise `Rejected(code="untrusted_url")` when it may not.

    It may when its host and port are those of one of `settings_urls` (over plain http only where that setting is http), or
    when it is https on port 443 of one of `hosts`. A host written `.example.org` stands for every name below example.org.
    The error names scheme, host and port only, because path and query of an upload address can hold a secret.
    """
    parts = _split(url)
    if parts is None:
        raise Rejected("the platform returned an address that is no plain http(s) URL", code="untrusted_url")
    if any(_same_place(parts, setting) for setting in settings_urls):
        return url
    if parts.scheme == "https" and _port(parts) == _PORTS["https"] and any(_names(host, parts) for host in hosts):
        return url
    place = f"{parts.scheme}://{parts.hostname}:{_port(parts)}"
    raise Rejected(f"the platform returned an address on {place}, which is not one of its known hosts", code="untrusted_url")


def is_loopback(url: str) -> bool:
    """Whether only this machine can reach the host of `url`: `localhost`, 127.0.0.0/8, `::1`, or the unspecified address."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback or address.is_unspecified


def join(base: str, *parts: str) -> str:
    """`base` with path parts added; a path prefix of `base` is kept, and a trailing slash on it does no harm."""
    return "/".join([base.rstrip("/"), *(part.strip("/") for part in parts)])


def _split(url: str) -> SplitResult | None:
    # urlsplit drops tabs and newlines and takes a backslash for a part of the host; other parsers do otherwise.
    if any(char in _FORBIDDEN for char in url):
        return None
    try:
        parts = urlsplit(url)
        known = parts.scheme in _PORTS and bool(parts.hostname) and "@" not in parts.netloc and _port(parts) > 0
    except ValueError:
        return None
    return parts if known else None


def _port(parts: SplitResult) -> int:
    return parts.port if parts.port is not None else _PORTS[parts.scheme]


def _same_place(parts: SplitResult, setting: str) -> bool:
    base = _split(setting)
    if base is None or (parts.hostname, _port(parts)) != (base.hostname, _port(base)):
        return False
    return parts.scheme == "https" or base.scheme == "http"


def _names(host: str, parts: SplitResult) -> bool:
    name = parts.hostname or ""
    return name.endswith(host) and name != host if host.startswith(".") else name == host
