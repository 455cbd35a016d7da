"""How the scopes of a slot are measured, as the journal of a session has it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from livegrade.control.kept import ChangedScopes
from livegrade.scopes.light_scale import HLG_PEAK, LEAST_HLG_PEAK, MOST_HLG_PEAK
from livegrade.scopes.measure import Sampling, ScopeRequest
from livegrade.session.setup import ScopePlan


class PlanEntry(Struct, frozen=True, omit_defaults=True):
    per_second: Annotated[int, Meta(ge=0, le=120)]
    sampling: Literal["auto", "full", "2x2"] = "auto"
    ycbcr: bool = False
    hlg_peak: Annotated[int, Meta(ge=LEAST_HLG_PEAK, le=MOST_HLG_PEAK)] = HLG_PEAK


class ScopesEntry(Struct, frozen=True):
    """What was changed: how they were measured at the start, and how they are."""

    was: PlanEntry
    now: PlanEntry


def scopes_entry(changed: ChangedScopes) -> ScopesEntry:
    return ScopesEntry(_entry(changed.began), _entry(changed.now))


def scopes_of(entry: ScopesEntry) -> ChangedScopes:
    return ChangedScopes(_plan(entry.was), _plan(entry.now))


def _entry(plan: ScopePlan) -> PlanEntry:
    return PlanEntry(plan.per_second, plan.sampling.value, plan.request.ycbcr, plan.hlg_peak)


def _plan(entry: PlanEntry) -> ScopePlan:
    return ScopePlan(ScopeRequest(ycbcr=entry.ycbcr), entry.per_second, Sampling(entry.sampling), entry.hlg_peak)
