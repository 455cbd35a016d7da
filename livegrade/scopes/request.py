"""What is to be counted of pictures for one scope alone, and whether other counts have it already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.scopes.balance import balance_of
from livegrade.scopes.diagram import DIAGRAMS
from livegrade.scopes.gamut import signal_space
from livegrade.scopes.measure import ScopeRequest
from livegrade.scopes.plot import Chromaticities
from livegrade.scopes.wish import ScopeKind

if TYPE_CHECKING:
    from livegrade.color.camera import Camera
    from livegrade.scopes.plot import Plot
    from livegrade.scopes.wish import ScopeWish
    from livegrade.video.format import VideoFormat


def request_for(wish: ScopeWish, format: VideoFormat, camera: Camera | None = None) -> ScopeRequest:
    """Of pictures in `format` at the tap of the wish; `camera`: whose signal the source is. Raises UsageError where the
    signal has no such scope."""
    kind = wish.kind
    return ScopeRequest(
        luma=kind in (ScopeKind.WAVEFORM, ScopeKind.YCBCR),
        rgb=kind in (ScopeKind.OVERLAY, ScopeKind.PARADE, ScopeKind.HISTOGRAM),
        ycbcr=kind is ScopeKind.YCBCR,
        vectorscope=kind is ScopeKind.VECTORSCOPE,
        histogram=False,
        area=wish.area(format),
        plot=_plot(wish, format, camera),
    )


def is_counted(wish: ScopeWish, request: ScopeRequest, format: VideoFormat) -> bool:
    """Whether what `request` counts of whole pictures is all that this scope needs."""
    if wish.is_plot or wish.area(format) is not None:
        return False
    needed = request_for(wish, format)
    return set(needed.channels) <= set(request.channels) and request.vectorscope >= needed.vectorscope


def _plot(wish: ScopeWish, format: VideoFormat, camera: Camera | None) -> Plot | None:
    if wish.kind is ScopeKind.HML:
        return balance_of(wish.cross, format, wish.tap, camera)
    if not wish.is_plot:
        return None
    return Chromaticities(DIAGRAMS[wish.kind], signal_space(format, wish.tap, camera).space, format.range)
