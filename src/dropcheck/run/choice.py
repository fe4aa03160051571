"""Which engine stands for a profile's browser."""

from __future__ import annotations

from collections.abc import Sequence

from dropcheck.device.model import Profile
from dropcheck.engine.base import Engine
from dropcheck.network import EgressProxy
from dropcheck.run.engines import ChooseEngine


def choose_engine(choices: Sequence[str] = ()) -> ChooseEngine:
    """Return the rule that names the engine of a profile, as ``--engine`` choices say."""

    def choose(profile: Profile) -> str:
        return "chromium"

    return choose


def make_engine(name: str, proxy: EgressProxy) -> Engine:
    """Return the engine called `name`, not yet started."""
    from dropcheck.engine.chromium import ChromiumEngine

    return ChromiumEngine(proxy)
