"""Signals for a display: the matrix, primaries and transfer that an output transform brings with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livegrade.color.camera import camera
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.color.rendering import OUTPUTS, WAYS, Chain, display_of, output_nodes, with_output
from livegrade.engine.encoding import ENCODINGS
from livegrade.engine.view import View, ViewKind
from livegrade.timing.rate import Rate
from livegrade.video.format import Matrix, Primaries, Transfer, VideoFormat
from livegrade.video.layouts import layout

SHOT = camera("arri-logc4")
LOG = VideoFormat(64, 36, Rate.parse("25"), layout("v210"), primaries=Primaries.UNKNOWN, transfer=Transfer.CAMERA_LOG)
PQ = (Matrix.BT2020, Primaries.BT2020, Transfer.PQ)


def encoding(format: VideoFormat) -> tuple[Matrix, Primaries, Transfer]:
    return format.matrix, format.primaries, format.transfer


def test_every_output_says_how_it_is_encoded() -> None:
    assert set(ENCODINGS) == set(OUTPUTS)
    for name in OUTPUTS:
        for way in WAYS if name == "rec709" else WAYS[:2]:
            found = display_of(output_nodes(f"{name}:{way}", SHOT))
            assert found is not None
            assert found.name == name


@pytest.mark.parametrize("kind", [ViewKind.GRADED, ViewKind.BYPASS, ViewKind.COMPARE, ViewKind.FALSE_COLOR])
def test_a_view_is_encoded_for_the_display_of_its_own_transform_else_of_the_looks(kind) -> None:
    look = Look((Cdl(), *output_nodes("rec709", SHOT)))
    own = View(kind, output=output_nodes("rec2100-pq", SHOT))
    assert encoding(View(kind).format(LOG, LOG, look)) == (Matrix.BT709, Primaries.BT709, Transfer.BT709)
    assert encoding(own.format(LOG, LOG, look)) == PQ


def test_without_an_output_transform_that_is_on_the_encoding_is_the_sources() -> None:
    (node,) = output_nodes("rec2100-pq", SHOT)
    for look in (Look(), Look((Cdl(),)), Look((replace(node, enabled=False),))):
        assert View().format(LOG, LOG, look) == LOG


def test_the_source_view_keeps_the_sources_encoding() -> None:
    look = Look(output_nodes("rec2100-hlg", SHOT))
    assert View(ViewKind.SOURCE).format(LOG, LOG, look) == LOG


def test_a_chain_puts_its_own_output_transform_in_place_of_the_looks() -> None:
    hdr, sdr = output_nodes("rec2100-pq", SHOT), output_nodes("rec709", SHOT)
    chain = Chain(output=hdr)
    assert chain.around(Look((Cdl(), *sdr))) == chain.around(Look((Cdl(),))) == with_output(Look((Cdl(),)), hdr)
    assert Chain().around(Look(sdr)) == Look(sdr)
    assert chain.around(chain.around(Look((Cdl(),)))) == chain.around(Look((Cdl(),)))
