"""How text from outside is shown, printed and kept: without what nobody else may read, and on one line."""

from __future__ import annotations

import re

_USER = re.compile(r"([A-Za-z][\w+.-]*://)[^\s/?#]*@")
_SECRET = re.compile(r"(?i)\b((?:passphrase|password|passwd|pass|pwd|token|secret|key)=)[^&,;\s'\"]*[^&,;:\s'\"]")


def without_secrets(text: str) -> str:
    """The text with `***` for user and password of URLs, and for passwords, keys and tokens among their options."""
    return _SECRET.sub(r"\1***", _USER.sub(r"\1***@", text))


def shown(address: str) -> str:
    """An address as people may see it; the names of files stay as they are."""
    return without_secrets(address) if "://" in address else address


def one_line(text: str) -> str:
    """The text as one printable line: file names and parsers bring line ends and control characters of their own."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
