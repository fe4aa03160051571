"""The ceiling of each phone follows from its rows."""

from __future__ import annotations

import pytest

from dropcheck.device.load import load_profiles
from dropcheck.handoff.ceiling import ceiling
from dropcheck.result import Confidence, Escape

PROFILES = load_profiles()


@pytest.mark.parametrize(
    ("profile", "to_app", "to_browser"),
    [
        ("tiktok-ios", Escape.GUIDED, Escape.GUIDED),
        ("tiktok-android", Escape.GUIDED, Escape.GUIDED),
        ("instagram-ios", Escape.PROMPT, Escape.PROMPT),
        ("instagram-android", Escape.AUTO, Escape.AUTO),
        ("safari-ios", Escape.TAP, Escape.NONE),
        ("chrome-android", Escape.TAP, Escape.NONE),
    ],
)
def test_the_ceiling_counts_only_what_nobody_disputes(
    profile: str, to_app: Escape, to_browser: Escape
) -> None:
    assert ceiling(PROFILES[profile], "app").grade is to_app
    assert ceiling(PROFILES[profile], "browser").grade is to_browser


def test_the_ceiling_names_its_technique() -> None:
    names = [technique.name for technique in ceiling(PROFILES["instagram-ios"], "browser").techniques]
    assert names == ["extbrowser"]


def test_a_settled_row_raises_the_ceiling() -> None:
    """A person's phone that shows x-safari to work in TikTok would lift TikTok's ceiling by itself."""
    profile = PROFILES["tiktok-ios"]
    rows = tuple(
        row.model_copy(update={"confidence": Confidence.CONFIRMED})
        if row.id == "tiktok-ios/x-safari"
        else row
        for row in profile.rows
    )
    assert ceiling(profile.model_copy(update={"rows": rows}), "browser").grade is Escape.AUTO
