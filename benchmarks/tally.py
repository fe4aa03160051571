"""When visits finished, and what that says of the rate."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from typing import Any

#: What a side prints on standard output before its tally.
MARK = "TALLY "


@dataclass(slots=True)
class Tally:
    """Moments on the monotonic clock: when the browser stood ready, and when each visit finished.

    `notes` is what else a side has to say.
    """

    began: float = field(default_factory=time.monotonic)
    finished: list[float] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    def tell(self) -> None:
        """Print it for the process that measures."""
        print("\n" + MARK + json.dumps(asdict(self)), flush=True)

    @classmethod
    def read(cls, output: str) -> Tally:
        """Find a tally in what a side printed; raises ValueError with the output where there is none."""
        for line in reversed(output.splitlines()):
            if line.startswith(MARK):
                return cls(**json.loads(line.removeprefix(MARK)))
        raise ValueError(f"the side did not finish:\n{output[-2000:]}")

    @property
    def rate(self) -> float:
        """Visits a second from the moment the browser stood ready to the last visit."""
        return len(self.finished) / (max(self.finished) - self.began)
