"""One spelling for a handle, however it was pasted: an address, with `@`, in capitals, with tracking parameters."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from gaung.core.records import HandleShape, LinkInfo, Platform

Identify = Callable[[str], LinkInfo | None]
"""`Manager.identify_link`."""

_ANY = HandleShape(pattern=r"\S{1,200}")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


class NotAHandle(ValueError):
    """The text is no handle of that platform. The words say why and never repeat the text."""


@dataclass(frozen=True, slots=True)
class Handle:
    """`shown` is what people read, `key` what is compared; `external_id` only where an id was written instead of a handle."""

    shown: str = field(repr=False)
    key: str = field(repr=False)
    external_id: str | None = field(default=None, repr=False)


def read_handle(platform: Platform, text: str, identify: Identify) -> Handle:
    """The handle that a cell or an argument names. Raises `NotAHandle`.

    >>> from gaung.core.records import Capabilities
    >>> shape = HandleShape(pattern="[a-z0-9_.]+", ignored=".")
    >>> toy = Platform(name="toy", title="Toy", formats=(), capabilities=Capabilities(), handles=shape)
    >>> read_handle(toy, " @Contoh.Siti ", lambda url: None).key
    'contohsiti'
    """
    shape = platform.handles or _ANY
    plain = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).strip()
    if _is_address(plain):
        return _from_address(platform, shape, plain, identify)
    return _checked(platform, shape, plain.lstrip("@").strip())


def key_of(platform: Platform, handle: str) -> str:
    """What is compared of a handle: `read_handle(...).key` for one that a platform named."""
    shape = platform.handles or _ANY
    key = handle.strip().lstrip("@").casefold()
    for character in shape.ignored:
        key = key.replace(character, "")
    return key


def id_key(external_id: str) -> str:
    """The key of an account that is known by its id alone; no handle can equal it."""
    return f"id:{external_id}"


def _is_address(text: str) -> bool:
    return "/" in text or text.casefold().startswith("www.")


def _from_address(platform: Platform, shape: HandleShape, text: str, identify: Identify) -> Handle:
    address = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text.lstrip('/')}"
    info = identify(address)
    if info is None:
        raise NotAHandle(f"is no address that {platform.title} uses for a profile")
    if info.platform != platform.name:
        raise NotAHandle(f"is an address of {info.platform}, not of {platform.title}")
    if info.author:
        return _checked(platform, shape, info.author)
    if info.author_id:
        return Handle(info.author_id, id_key(info.author_id), info.author_id)
    raise NotAHandle("is an address that does not say whose profile it is; open it and copy the profile's own address")


def _checked(platform: Platform, shape: HandleShape, handle: str) -> Handle:
    if shape.id_pattern and re.fullmatch(shape.id_pattern, handle):
        return Handle(handle, id_key(handle), handle)
    if not re.fullmatch(shape.pattern, handle, re.IGNORECASE):
        raise NotAHandle(f"is no {platform.title} handle, which looks like {shape.example}")
    return Handle(handle, key_of(platform, handle))
