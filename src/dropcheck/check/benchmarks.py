"""Published figures of the way from a view to a stream, each with its source: context, never pass or fail.

They are those of `reference/mission_facts.md` A and B and `reference/services.md` 7. Most come from vendors and
show no method, which every use of them says.
"""

from __future__ import annotations

from dataclasses import dataclass

GUIDE = "a TikTok-to-Spotify conversion guide (vendor figures, no method shown)"
ESCAPE_GUIDE = "an escape-link vendor's guide (no protocol shown)"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A range of shares (0 to 1, or a growth factor minus one) and who published it."""

    low: float
    high: float
    source: str

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest."""
        return self.low, self.high

    @property
    def text(self) -> str:
        """The range in per cent."""
        return f"{self.low * 100:g} to {self.high * 100:g} %"


VIEW_TO_SOUND_PAGE = Benchmark(0.05, 0.15, GUIDE)
SOUND_PAGE_TO_ADD = Benchmark(0.10, 0.30, GUIDE)
ADD_TO_LISTEN = Benchmark(0.30, 0.60, GUIDE)
VIEW_TO_STREAM = Benchmark(0.005, 0.02, GUIDE + "; a press estimate gives the same range")
PRESAVES_LOST = Benchmark(0.30, 0.50, ESCAPE_GUIDE + ", attributed to Linkfire case studies")
STREAMS_GAINED = Benchmark(0.80, 1.80, ESCAPE_GUIDE + ", artists' own A/B tests")
#: Counted (30 seconds and more) streams gained with an escape; a single figure.
COUNTED_STREAMS_GAINED = Benchmark(0.50, 0.50, ESCAPE_GUIDE)

#: Grades of the share of views that become streams within seven days, lowest first: below, grade.
GRADES: tuple[tuple[float, str], ...] = (
    (0.005, "broken"),
    (0.01, "acceptable"),
    (0.02, "strong"),
)
BEST_GRADE = "excellent"


def grade(rate: float) -> str:
    """Return the grade of a view-to-stream rate: broken below 0.5 %, then acceptable, strong, excellent above 2 %."""
    if rate == GRADES[-1][0]:
        return GRADES[-1][1]
    return next((name for below, name in GRADES if rate < below), BEST_GRADE)
