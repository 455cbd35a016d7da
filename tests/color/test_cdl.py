"""ASC CDL XML: every shape in the field, round trips, and refusals that name file, line and correction."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.color.files import cdl
from livegrade.color.files.source import LookFile
from livegrade.color.nodes import Cdl
from livegrade.errors import LookFileError

SOP = "<SOPNode><Slope>1.1 1 0.9</Slope><Offset>0.01 0 -0.01</Offset><Power>1 1.1 1</Power></SOPNode>"
SAT = "<SatNode><Saturation>0.9</Saturation></SatNode>"
NUMBERS = ((1.1, 1.0, 0.9), (0.01, 0.0, -0.01), (1.0, 1.1, 1.0), 0.9)


def read(text: str | bytes, selection: str | None = None) -> Cdl:
    data = text if isinstance(text, bytes) else text.encode()
    (node,) = cdl.read_cdl(LookFile(Path("day1.ccc"), data, selection)).nodes
    assert isinstance(node, Cdl)
    return node


def numbers(node: Cdl) -> tuple[object, ...]:
    return node.slope, node.offset, node.power, node.saturation


def correction(content: str = SOP + SAT, identifier: str = ' id="A001C001"') -> str:
    return f"<ColorCorrection{identifier}>\n{content}\n</ColorCorrection>"


def collection(*corrections: str) -> str:
    return f'<ColorCorrectionCollection xmlns="urn:ASC:CDL:v1.01">{"".join(corrections)}</ColorCorrectionCollection>'


def decisions(*corrections: str) -> str:
    each = "".join(f'<ColorDecision><MediaRef ref="a.dpx"/>{text}</ColorDecision>' for text in corrections)
    return f'<ColorDecisionList xmlns="urn:ASC:CDL:v1.01">{each}</ColorDecisionList>'


READ = {
    "a correction": correction(),
    "a collection of one": collection(correction()),
    "a decision list of one": decisions(correction()),
    "with a declaration": '<?xml version="1.0" encoding="UTF-8"?>\n' + correction(),
    "with a prefix": correction()
    .replace("<", "<c:")
    .replace("<c:/", "</c:")
    .replace(" id=", ' xmlns:c="urn:ASC:CDL:v1.01" id='),
    "ASC_SOP and ASC_SAT": correction().replace("SOPNode", "ASC_SOP").replace("SatNode", "ASC_SAT"),
    "SATNode": correction().replace("SatNode", "SATNode"),
    "saturation first": correction(SAT + SOP),
    "descriptions anywhere": correction(f"<Description/>{SOP}<InputDescription>LogC</InputDescription>{SAT}").replace(
        "<Offset>", "<Description>why, 1 2 3</Description><Offset>"
    ),
    "elements of makers' own": correction(SOP + '<Vendor x="1"><Slope>9 9 9</Slope></Vendor>' + SAT),
    "comments within": correction().replace("1.1 1 0.9", "1.1 <!-- warm --> 1 0.9"),
    "scientific notation and line breaks": correction().replace("1.1 1 0.9", "\n 11e-1\n\t+1.\n .9 "),
    "windows line ends": correction().replace("\n", "\r\n"),
}


@pytest.mark.parametrize("name", READ)
def test_every_shape_in_the_field_is_read(name: str) -> None:
    node = read(READ[name])
    assert numbers(node) == NUMBERS
    assert node.name == "A001C001"
    assert node.clamp


def test_other_encodings() -> None:
    assert numbers(read(b"\xef\xbb\xbf" + correction().encode())) == NUMBERS
    assert numbers(read('<?xml version="1.0" encoding="UTF-16"?>'.encode("utf-16") + correction().encode("utf-16-le")))
    latin = f'<?xml version="1.0" encoding="ISO-8859-1"?><!-- Grün -->{correction()}'
    assert numbers(read(latin.encode("latin-1"))) == NUMBERS


def test_missing_halves_are_defaults() -> None:
    assert numbers(read(correction(SAT))) == ((1.0,) * 3, (0.0,) * 3, (1.0,) * 3, 0.9)
    assert numbers(read(correction(SOP)))[3] == 1.0
    assert read(correction("<Description>as shot</Description>")).is_default


def test_a_correction_without_id_is_named_for_its_file() -> None:
    assert read(correction(identifier="")).name == "day1.ccc"


THREE = collection(correction(), correction(SAT, ' id="B"'), correction(SOP, ""))


def test_an_id_selects() -> None:
    assert read(THREE, "A001C001").slope == (1.1, 1.0, 0.9)
    assert read(THREE, "B").slope == (1.0, 1.0, 1.0)
    assert read(decisions(correction(), correction(SAT, ' id="B"')), "B").saturation == 0.9


value = st.floats(-100, 100)
positive = st.floats(0, 100)


@given(
    st.tuples(positive, positive, positive),
    st.tuples(value, value, value),
    st.tuples(*[st.floats(1e-3, 100)] * 3),
    positive,
)
def test_round_trip(
    slope: tuple[float, float, float],
    offset: tuple[float, float, float],
    power: tuple[float, float, float],
    saturation: float,
) -> None:
    slope_text, offset_text, power_text = (" ".join(map(repr, triple)) for triple in (slope, offset, power))
    sop = f"<Slope>{slope_text}</Slope><Offset>{offset_text}</Offset><Power>{power_text}</Power>"
    sat = f"<SatNode><Saturation>{saturation!r}</Saturation></SatNode>"
    node = read(collection(correction(f"<SOPNode>{sop}</SOPNode>{sat}")))
    assert numbers(node) == (slope, offset, power, saturation)


REFUSED: dict[str, tuple[str | bytes, int | None, str]] = {
    "several and no id": (THREE, None, "holds 3 corrections (A001C001, B, 1 without an id); choose one"),
    "several without any id": (
        collection(correction(identifier=""), correction(identifier="")),
        None,
        "2 corrections (2 without an id)",
    ),
    "no correction": (collection(), None, "holds no ColorCorrection"),
    "a reference only": (
        decisions('<ColorCorrectionRef ref="x"/>').replace("\n", ""),
        None,
        "holds no ColorCorrection",
    ),
    "a newer version": (
        collection(correction()).replace("CDL:v1.01", "CDL:v2.0"),
        1,
        "is of version '2' of its format",
    ),
    "another XML": ("<html/>", 1, "is XML but not ASC CDL: its root element is 'html'"),
    "no XML": ("slope 1 1 1\n", 1, "is not whole, well-formed XML"),
    "cut off": (correction()[:-5], 3, "is not whole, well-formed XML"),
    "negative slope": (
        correction().replace("1.1 1 0.9", "1.1 -1 0.9"),
        2,
        "Slope of correction 'A001C001' must be zero or more, found -1",
    ),
    "power 0": (
        correction().replace("1 1.1 1", "1 0 1"),
        2,
        "Power of correction 'A001C001' must be above zero, found 0",
    ),
    "negative power": (correction().replace("1 1.1 1", "1 -1 1"), 2, "must be above zero, found -1"),
    "negative saturation": (
        correction(SOP + "\n" + SAT.replace("0.9", "-0.1")),
        3,
        "Saturation of correction 'A001C001' must be zero or more",
    ),
    "nan": (correction().replace("1.1 1 0.9", "nan 1 1"), 2, "expected a number, found 'nan'"),
    "infinity": (correction().replace("1.1 1 0.9", "1 INF 1"), 2, "expected a number, found 'INF'"),
    "text": (correction().replace("1.1 1 0.9", "a b c"), 2, "expected a number, found 'a'"),
    "decimal comma": (correction().replace("1.1 1 0.9", "1,1 1 0,9"), 2, "holds a comma in '1,1'"),
    "two numbers": (
        correction().replace("1.1 1 0.9", "1.1 1"),
        2,
        "Slope of correction 'A001C001' needs 3 numbers, found 2",
    ),
    "two saturations": (correction().replace("0.9</Sat", "0.9 0.9</Sat"), 2, "needs 1 numbers, found 2"),
    "no power": (
        correction().replace("<Power>1 1.1 1</Power>", ""),
        2,
        "'SOPNode' of correction 'A001C001' has no Power",
    ),
    "no saturation": (correction("<SatNode/>"), 2, "'SatNode' of correction 'A001C001' has no Saturation"),
    "two slopes": (
        correction().replace("<Offset>", "<Slope>1 1 1</Slope><Offset>"),
        2,
        "'Slope' stands here a second time",
    ),
    "two SOP nodes": (correction(SOP + "\n" + SOP), 3, "'SOPNode' stands here a second time"),
    "unknown elements only": (correction("<Lift>1 1 1</Lift>"), 1, "has no SOPNode and no SatNode, only 'Lift'"),
    "entities": ('<!DOCTYPE x [<!ENTITY a "1">]>\n' + correction(), 1, "declares XML entities"),
    "an outside entity": (
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n' + correction(),
        1,
        "declares XML entities",
    ),
    "unknown encoding": ('<?xml version="1.0" encoding="klingon"?>' + correction(), 1, "encoding"),
    "latin-1 unmarked": (b"<!-- Gr\xfcn -->" + correction().encode(), 1, "is not whole, well-formed XML"),
    "too deep": ("<a>" * 70 + "</a>" * 70, 1, "nested or filled beyond"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_be_wrong_is_refused(name: str) -> None:
    text, line, fault = REFUSED[name]
    with pytest.raises(LookFileError) as caught:
        read(text)
    assert fault in caught.value.fault
    assert caught.value.line == line
    assert str(caught.value).startswith("day1.ccc")
    assert "\n" not in str(caught.value)


def test_an_unknown_or_doubled_id_is_refused() -> None:
    with pytest.raises(LookFileError, match="no correction with the id 'C'; there is A001C001, B, 1 without an id"):
        read(THREE, "C")
    with pytest.raises(LookFileError, match=r"holds the id 'A001C001' 2 times \(lines 1, 3\)"):
        read(collection(correction(), correction()), "A001C001")


def test_a_long_list_of_ids_is_cut() -> None:
    many = collection(*(correction(identifier=f' id="cc{k:04}"') for k in range(500)))
    with pytest.raises(LookFileError, match=r"cc0000, .*cc0011, 488 more\); choose one") as caught:
        read(many)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("name", ["cdl_test1.cc", "cdl_test1.ccc", "cdl_test1.cdl"])
def test_a_file_cut_anywhere_is_refused_in_words(shared_data: Path, name: str) -> None:
    whole = (shared_data / "look-files" / name).read_bytes()
    for length in range(1, len(whole.rstrip())):
        with pytest.raises(LookFileError):
            cdl.read_cdl(LookFile(Path(name), whole[:length]))


@given(st.binary(max_size=40), st.integers(0, 200))
def test_noise_never_escapes_as_another_error(noise: bytes, at: int) -> None:
    whole = ('<?xml version="1.0" encoding="UTF-8"?>' + correction()).encode()
    for data in (noise, whole[:at] + noise + whole[at:]):
        with contextlib.suppress(LookFileError):
            read(data or b" ")
