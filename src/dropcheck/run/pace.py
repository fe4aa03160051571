"""How fast one host may be visited: a few at once, then at a steady rate, and not at all while it asks for rest."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

#: Visits a host may get at once before the rate holds. Our choice: the phones of one link, twice.
BURST = 8
#: A steady rate looks like a robot and makes waves among many runs; each visit is off by up to this share.
JITTER = 0.25
#: Seconds a host that answered 429 without naming a time is left alone. Our choice.
REST_S = 30.0
#: The longest rest that is kept; a host that asks for more is asked again after it. Our choice: a run of many
#: hosts must end.
LONGEST_REST_S = 120.0


class Pace:
    """When each host may next be visited; `per_minute` is the steady rate (0: any)."""

    def __init__(
        self,
        per_minute: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._interval_s = 60.0 / per_minute if per_minute > 0 else 0.0
        self._clock, self._chance = clock, chance
        # Generic cell rate algorithm (ITU-T I.371): the moment the host's credit would be whole again.
        self._whole_at: dict[str, float] = {}
        self._rests_until: dict[str, float] = {}

    def wait_s(self, host: str) -> float:
        """Return the seconds until `host` may be visited."""
        now = self._clock()
        credit = self._whole_at.get(host, now) - now - (BURST - 1) * self._interval_s
        return max(0.0, credit, self._rests_until.get(host, now) - now)

    def visit(self, host: str) -> None:
        """Take note that a visit to `host` begins."""
        if self._interval_s:
            spread = 1 + JITTER * (2 * self._chance() - 1)
            begin = max(self._clock(), self._whole_at.get(host, 0.0))
            self._whole_at[host] = begin + self._interval_s * spread

    def rest(self, host: str, asked_s: float | None = None) -> None:
        """Take note that `host` answered that there were too many visits, and asked for `asked_s` seconds."""
        rest = min(REST_S if asked_s is None else asked_s, LONGEST_REST_S) * (1 + JITTER * self._chance())
        # Two cases that were on their way together meet the same refusal; the longer wish holds.
        self._rests_until[host] = max(self._clock() + rest, self._rests_until.get(host, 0.0))
