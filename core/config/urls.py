"""Shows any address without its password."""

import re
from urllib.parse import urlsplit, urlunsplit

_SECRET_QUERY = re.compile(r"(?i)([?&](?:[^=&]*(?:password|passwd|secret|token)[^=&]*)=)[^&#]*")


def shown(url: str) -> str:
    """`url` with its password, and passwords in its query, replaced by `***`.

    >>> shown("redis://:geheim@host:6379/0")
    'redis://:***@host:6379/0'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "***"
    host = parts.netloc
    if "@" in host:
        login, _, host = host.rpartition("@")
        user, colon, _ = login.partition(":")
        host = f"{user}{':***' if colon else ''}@{host}"
    plain = urlunsplit((parts.scheme, "HOST", parts.path, parts.query, parts.fragment)).replace("//HOST", f"//{host}", 1)
    if not parts.netloc:
        plain = url
    return _SECRET_QUERY.sub(r"\1***", plain)
