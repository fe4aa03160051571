"""How long the phone takes to decide: every profile, kind of address and cause, pure code only."""

from __future__ import annotations

import statistics
import time
from itertools import product
from typing import Any

from dropcheck.device.load import load_profiles
from dropcheck.handoff import Association, Navigation, Phone, decide
from dropcheck.result import Cause

_ADDRESSES = {
    "store link": "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl",
    "scheme": "spotify:track:11dFghVXANMlKmJXsNCbNl",
    "intent": "intent://track/1#Intent;scheme=spotify;package=com.spotify.music;end",
    "page": "https://bio.example/other",
}
_CAUSES = ((Cause.TAP, True), (Cause.SCRIPT, False))
#: A served association file, so that its parsing and matching are part of what is measured.
_SERVED = (
    b'{"applinks":{"details":[{"appIDs":["2FNC3A47ZF.com.spotify.client"],"components":[{"/":"/track/*"}]}]}}'
)
_ROUNDS = 200


def decisions() -> dict[str, Any]:
    """Return the microseconds of one decision by kind of address: median and worst profile."""
    phone = Phone(associations={"open.spotify.com": Association("open.spotify.com", aasa=_SERVED)})
    found: dict[str, Any] = {}
    for kind, url in _ADDRESSES.items():
        times = []
        for profile, (by, gesture) in product(load_profiles().values(), _CAUSES):
            navigation = Navigation(url, by, gesture, page_url="https://bio.example/mara")
            decide(navigation, profile, phone)
            began = time.perf_counter()
            for _ in range(_ROUNDS):
                decide(navigation, profile, phone)
            times.append((time.perf_counter() - began) / _ROUNDS * 1e6)
        found[kind] = {"median_us": round(statistics.median(times)), "worst_us": round(max(times))}
    return found
