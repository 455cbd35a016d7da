"""How text from outside is shown, printed and kept: without what nobody else may read, and on one line."""

from __future__ import annotations

import re

_USER = re.compile(r"([A-Za-z][\w+.-]*://)[^\s/?#]*@")
HIDDEN = "***"
_NAMES = r"\b(?:passphrase|password|passwd|pass|pwd|token|secret|key)"
_SECRET_NAME = re.compile(rf"(?is)(?:.*[^\w])?{_NAMES}")
_SECRET = re.compile(rf"(?i)({_NAMES}=)[^&,;\s'\"]*[^&,;:\s'\"]")


def is_secret(name: str) -> bool:
    """Whether an option of that name holds what nobody else may read."""
    return _SECRET_NAME.fullmatch(name) is not None


def without_secrets(text: str) -> str:
    """Free text with `***` for user and password of URLs, and for passwords, keys and tokens among their options. Where
    a password ends is guessed: what has parts is to be shown by its parts (`is_secret`)."""
    return _SECRET.sub(r"\1***", _USER.sub(r"\1***@", text))


def without_secret_options(text: str) -> str:
    """What is written as an address with options behind commas, and may be none, with `***` for secret ones. What
    stands behind one and is no option may be more of it, and is left out."""
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
