"""What a phone does with a URL: pure rules, no browser, no network."""

from dropcheck.handoff.decision import decide
from dropcheck.handoff.model import Association, Decision, Navigation, PageEffect, Phone, Rule

__all__ = ["Association", "Decision", "Navigation", "PageEffect", "Phone", "Rule", "decide"]
