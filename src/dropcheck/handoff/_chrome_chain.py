"""What in the chain of navigations keeps apps closed, unless the user agrees.

Source: Chromium's `ExternalNavigationHandler.navigationChainBlocksExternalNavigation`, in its order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dropcheck.handoff._chrome_scene import Scene


@dataclass(frozen=True, slots=True)
class ChainRule:
    """Something about how the chain began that keeps apps closed, unless the user agrees."""

    name: str
    why: str
    blocks: Callable[[Scene], bool]


_RULES_FOR_ALL = (
    ChainRule(
        "chain-went-back-or-forward",
        "the chain went through the history",
        lambda s: s.chain.used_back_or_forward,
    ),
    ChainRule(
        "chain-already-left",
        "one try to leave Chrome per chain was already used",
        lambda s: s.chain.handed_over,
    ),
    ChainRule("chain-began-with-reload", "the chain began with a reload", lambda s: s.chain.reload),
    ChainRule(
        "chain-began-in-browser",
        "the chain began with a typed address or in Chrome's own controls",
        lambda s: not s.chain.renderer_initiated and s.chain.intent is None,
    ),
)
_RULES_FOR_STRANGERS = (
    ChainRule(
        "chain-expired", "the page took over 15 seconds to redirect", lambda s: s.flag("chain_expired")
    ),
    ChainRule(
        "intent-chose-browser",
        "the app that opened Chrome named it, and Chrome can load the page",
        lambda s: s.chain.prefers_browser and not s.is_external_protocol,
    ),
    ChainRule(
        "chain-without-gesture",
        "no tap of the user stands at the beginning of the chain",
        lambda s: s.chain.renderer_initiated and not s.chain.gesture,
    ),
)


def is_for_trusted_caller(scene: Scene) -> bool:
    """An app Chrome trusts gets its own links back, whatever the gesture; so does a sign-in's result."""
    return scene.flag("calling_app_trusted", "returns_activity_result")


def chain_block(scene: Scene) -> ChainRule | None:
    """The first rule of the chain that keeps apps closed, None where apps are open."""
    rules: tuple[ChainRule, ...] = _RULES_FOR_ALL
    if not is_for_trusted_caller(scene):
        rules += _RULES_FOR_STRANGERS
    return next((rule for rule in rules if rule.blocks(scene)), None)
