"""Look files that are plain text: bytes to lines, and the table of numbers in them, with the line of every fault.

NumPy reads the numbers; where it cannot, or they are not right, line by line finds out which line is at fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.files.numbers import MAX_NUMBER, number_fault, shown
from livegrade.color.nodes import MAX_LUT3D_SIZE

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from numpy.typing import NDArray

    from livegrade.color.files.source import LookFile
    from livegrade.errors import LookFileError

SPARE_LINES = 100_000
"""Lines beyond twice the rows that a file may have (comments, blank lines) before it is refused unread."""

MAX_LINE = 65_536
"""Characters in a line; only a damaged file has more."""

DATA_START = re.compile(r"[-+.,\d]|(?:nan|inf)", re.IGNORECASE | re.ASCII)
"""How a word begins that is meant as a number."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A table to be read. `because`: what asks for so many rows, e.g. "LUT_3D_SIZE 33 needs". `largest_code`: of whole
    numbers from 0 on, which is all that some formats have; None: any numbers."""

    rows: int
    columns: int
    because: str
    keywords: Container[str] = ()
    comment: str | None = "#"
    largest_code: int | None = None


def plain_text(file: LookFile) -> str:
    """The file with plain line feeds. Latin-1: every byte is one character, and only comments and titles have any."""
    data = file.data.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in data:
        raise file.fault("is not plain text (it may be UTF-16 or a binary file); save it as plain text")
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").decode("latin-1")


def utf8_text(file: LookFile) -> str:
    """The file as UTF-8, without its byte order mark. Raises LookFileError with the line where it is none."""
    try:
        return file.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.data.count(b"\n", 0, error.start) + 1
        raise file.fault("is not UTF-8 text; save it as UTF-8", line) from error


def readable(text: str) -> str:
    """A title or comment of a Latin-1 text as it was meant: most are UTF-8, old ones are Latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return text


def require_no_selection(file: LookFile) -> None:
    """Raises where `#id` asks for a part of a file that has none."""
    if file.selection is not None:
        raise file.fault(f"has no parts to choose from; leave out {shown('#' + file.selection)}")


def whole_number(file: LookFile, what: str, words: Sequence[str], limits: tuple[int, int], line: int) -> int:
    """The one word of `words` as a whole number within `limits`."""
    digits = words[0] if len(words) == 1 else ""
    if not re.fullmatch(r"\d+", digits, re.ASCII):
        raise file.fault(f"{what} needs one whole number, found {shown(' '.join(words))}", line)
    low, high = limits
    if len(digits) > 9 or not low <= int(digits) <= high:
        raise file.fault(f"{what} is {digits[:12]}; livegrade takes {low} to {high}", line)
    return int(digits)


def lattice_size(file: LookFile, what: str, words: Sequence[str], line: int) -> int:
    """Points a side, from `words` that say them for each of the three sides."""
    if len(words) != 3 or len(set(words)) != 1:
        raise file.fault(f"{what} must be three times the same number, found {shown(' '.join(words))}", line)
    return whole_number(file, what, words[:1], (2, MAX_LUT3D_SIZE), line)


def plain_numbers(file: LookFile, what: str, words: Sequence[str], count: int, line: int) -> tuple[float, ...]:
    """`words` as exactly `count` numbers."""
    for word in words:
        if fault := number_fault(word):
            raise file.fault(f"{what}: {fault}", line)
    if len(words) != count:
        raise file.fault(f"{what} needs {count} numbers, found {len(words)}", line)
    return tuple(float(word) for word in words)


def read_table(file: LookFile, text: str, first_line: int, wanted: Wanted) -> NDArray[np.float64]:
    """(rows, columns) float64 from `text`, whose first line is number `first_line` of the file."""
    if text.count("\n") > 2 * wanted.rows + SPARE_LINES:
        raise file.fault(f"has far more lines than the {wanted.rows} rows its header asks for")
    lines = text.split("\n")
    if not text.strip():
        raise _count_fault(file, wanted, 0)
    longest = max(lines, key=len)
    if len(longest) > MAX_LINE:
        raise file.fault(f"has a line far too long for a {file.path.suffix} file", first_line + lines.index(longest))
    try:
        table = np.loadtxt(lines, dtype=np.float64, comments=wanted.comment, ndmin=2)
    except ValueError:
        table = _row_by_row(file, lines, first_line, wanted)
    if table.shape[1] != wanted.columns or not (np.abs(table) <= MAX_NUMBER).all():
        table = _row_by_row(file, lines, first_line, wanted)
    if len(table) != wanted.rows:
        raise _count_fault(file, wanted, len(table))
    if wanted.largest_code is not None:
        _check_codes(file, lines, first_line, wanted, table)
    return table


def _check_codes(
    file: LookFile, lines: Sequence[str], first_line: int, wanted: Wanted, table: NDArray[np.float64]
) -> None:
    wrong = (table != np.rint(table)) | (table < 0) | (table > (wanted.largest_code or 0))
    if not wrong.any():
        return
    row, column = (int(index) for index in np.argwhere(wrong)[0])
    filled = [n for n, line in enumerate(lines, first_line) if (line.partition(wanted.comment or "\n")[0]).strip()]
    span = "from 0 on" if wanted.largest_code == MAX_NUMBER else f"from 0 to {wanted.largest_code}"
    raise file.fault(f"holds {table[row, column]:g}; a {file.path.suffix} has whole numbers {span} only", filled[row])


def _row_by_row(file: LookFile, lines: list[str], first_line: int, wanted: Wanted) -> NDArray[np.float64]:
    """The same table, slowly. Raises at the first line that is at fault."""
    rows: list[list[float]] = []
    for line, text in enumerate(lines, start=first_line):
        words = (text.partition(wanted.comment)[0] if wanted.comment else text).split()
        if not words:
            continue
        if words[0].upper() in wanted.keywords:
            raise file.fault(f"{words[0]} stands after the numbers have begun; keywords come first", line)
        for word in words:
            if fault := number_fault(word):
                raise file.fault(fault, line)
        if len(words) != wanted.columns:
            raise file.fault(f"expected {_counted(wanted.columns)}, found {len(words)}", line)
        rows.append([float(word) for word in words])
    return np.array(rows, dtype=np.float64).reshape(-1, wanted.columns)


def _counted(columns: int) -> str:
    names = {1: "one number", 3: "three numbers", 6: "six numbers"}
    return names.get(columns, f"{columns} numbers")


def _count_fault(file: LookFile, wanted: Wanted, found: int) -> LookFileError:
    hint = "the file seems cut off" if found < wanted.rows else "the size or the file is wrong"
    rows = "one row" if found == 1 else f"{found} rows"
    return file.fault(f"holds {rows} of numbers, {wanted.because} {wanted.rows}; {hint}")


def require_version(file: LookFile, version: str, known: tuple[str, ...], line: int) -> None:
    """Refuses what a newer (or an unheard-of) version of a format says in ways that are not known."""
    if version not in known:
        raise file.fault(
            f"is of version {shown(version)} of its format; livegrade reads {', '.join(known)}; export it so", line
        )
