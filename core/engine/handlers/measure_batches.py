"""Which publications are asked about together: no more than the day's requests suffice for, and none because of which the platform refuses
all of them.

A refused batch is halved until it holds one publication. That one is asked about alone from then on, so that it spoils no batch again.
Refusals of several single ones in a row are about the question, not about them.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

_TOGETHER = "together"
_ALONE = "alone"
_REFUSALS = "refusals"
_FITTING = "fitting"
"""State keys: how many are asked about at most while a culprit is searched, who is asked about alone, single refusals in a row, and how
many the requests that are left suffice for, until the next answer."""
_ALL_OF_THEM = 3


def choose(state: Mapping[str, Any], due: Sequence[int], most: int) -> Sequence[int]:
    """The next batch of those that are due, longest waiting first."""
    alone = set(state.get(_ALONE, ()))
    if due and due[0] in alone:
        return due[:1]
    return [one for one in due if one not in alone][: min(most, state.get(_TOGETHER, most), state.get(_FITTING, most))]


def answered(state: Mapping[str, Any], batch: Collection[int]) -> dict[str, Any]:
    """The state after an answer."""
    left = [one for one in state.get(_ALONE, ()) if one not in batch]
    return {**_without(state, _REFUSALS, _ALONE, _FITTING), **({_ALONE: left} if left else {})}


def refused(state: Mapping[str, Any], batch: Sequence[int]) -> tuple[dict[str, Any], bool]:
    """The state after a refusal, and whether it is the question itself that the platform refuses."""
    if len(batch) > 1:
        return {**state, _TOGETHER: len(batch) // 2}, False
    refusals = state.get(_REFUSALS, 0) + 1
    if refusals >= _ALL_OF_THEM:
        return _without(state, _TOGETHER, _REFUSALS), True
    alone = sorted({*state.get(_ALONE, ()), *batch})
    return {**_without(state, _TOGETHER), _ALONE: alone, _REFUSALS: refusals}, False


def fitting(state: Mapping[str, Any], asked: int, parts: int, of: int) -> dict[str, Any] | None:
    """The state with which so many parts of so many of a batch are asked about; None: not even one."""
    size = asked * parts // of
    return {**state, _FITTING: size} if size else None


def rested(state: Mapping[str, Any], kept: Collection[int]) -> dict[str, Any]:
    """The state when nothing is due: a search that found nobody is over, and only those in `kept` are known to be asked about alone."""
    left = [one for one in state.get(_ALONE, ()) if one in kept]
    return {**_without(state, _TOGETHER, _ALONE, _FITTING), **({_ALONE: left} if left else {})}


def _without(state: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in state.items() if key not in keys}
