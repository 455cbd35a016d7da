"""How text from outside is shown, printed and kept: without what nobody else may read, and on one line."""

from __future__ import annotations

import re

_USER = re.compile(r"([A-Za-z][\w+.-]{0,40}://)[^\s/?#]*@")
HIDDEN = "***"
_NAMES = r"\b(?:passphrase|password|passwd|pass|pwd|token|secret|key)"
_SECRET_NAME = re.compile(rf"(?is)(?:.*[^\w])?{_NAMES}")
_SECRET = re.compile(rf"(?i)({_NAMES}=)[^&,;\s'\"]*[^&,;:\s'\"]")
_OF_A_QUERY = re.compile(rf"(?i)([?&]{_NAMES}=)(?!['\"])[^&\s]*[^&,;:\s'\")]")
"""Only `&` ends a value there, as FFmpeg reads URLs, and the blank behind the URL in a sentence."""
_URL_WITH_QUERY = re.compile(r"(?i)(?:--?[\w-]+=)?(?:ffmpeg:[\w,]*:)?[a-z][\w+.-]*://[^,?]*\?")
_URL_USER = re.compile(r"(?s)([A-Za-z][\w+.-]{0,40}://)[^/?#]*@")


def is_secret(name: str) -> bool:
    """Whether an option of that name holds what nobody else may read."""
    return _SECRET_NAME.fullmatch(name) is not None


def without_secrets(text: str) -> str:
    """Free text with `***` for user and password of URLs, and for passwords, keys and tokens among their options. Where
    a password ends is guessed: what has parts is to be shown by its parts (`is_secret`)."""
    return _SECRET.sub(r"\1***", _OF_A_QUERY.sub(r"\1***", _USER.sub(r"\1***@", text)))


def url_shown(url: str) -> str:
    """A whole URL without user and password, and without the whole value of what in its query is secret, whatever
    stands in that."""
    place, mark, query = url.partition("?")
    said = (_query_part_shown(part) for part in query.split("&"))
    return without_secrets(_URL_USER.sub(r"\1***@", place)) + mark + "&".join(said)


def place_shown(place: object) -> str:
    """The path of a file as it is, a URL as `url_shown` has it."""
    return url_shown(str(place)) if "://" in str(place) else str(place)


def _query_part_shown(part: str) -> str:
    name, equals, _ = part.partition("=")
    return f"{without_secrets(name)}={HIDDEN}" if equals and is_secret(name) else _options_shown(part)


def without_secret_options(text: str) -> str:
    """What is written as an address with options behind commas, and may be none, with `***` for secret ones. What
    stands behind one and is no option may be more of it, and is left out."""
    return url_shown(text) if _URL_WITH_QUERY.match(text) else _options_shown(text)


def _options_shown(text: str) -> str:
    pieces: list[str] = []
    is_hidden = False
    for piece in text.split(","):
        key, equals, _ = piece.partition("=")
        if equals:
            is_hidden = is_secret(key)
        if not is_hidden:
            pieces.append(without_secrets(piece))
        elif equals:
            pieces.append(f"{without_secrets(key)}={HIDDEN}")
    return ",".join(pieces)


def shown(address: str) -> str:
    """An address as people may see it; the names of files stay as they are."""
    return without_secrets(address) if "://" in address else address


def one_line(text: str) -> str:
    """The text as one printable line: file names and parsers bring line ends and control characters of their own."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
