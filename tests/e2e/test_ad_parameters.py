"""An ad's link is tapped with what an ad adds to it, in every check that taps it."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from dropcheck.cli.program import end_with

pytestmark = [pytest.mark.e2e, pytest.mark.browser]
SUITE = """
suite: ad
internet: local
release: {spotify: "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"}
profiles: [tiktok-android]
links:
  - {name: paid, url: "https://bio.example/mara?utm_campaign=__CAMPAIGN_NAME__", placement: tiktok-spark-ad}
  - {name: free, url: "https://bio.example/mara?utm_campaign=summer"}
"""


def test_a_spark_ads_tap_carries_the_click_id_and_filled_in_macros(tmp_path: Path) -> None:
    suite = tmp_path / "ad.yaml"
    suite.write_text(SUITE, encoding="utf-8")
    end_with(["run", str(suite), "--check", "escape", "--out", str(tmp_path / "out"), "--evidence", "none"])
    results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    carried = {
        case["link"]: [dict(parse_qsl(urlsplit(hop["url"]).query)) for hop in case["hops"]
                       if urlsplit(hop["url"]).hostname == "bio.example"]
        for case in results["cases"]
    }  # fmt: skip
    assert carried["paid"]
    assert carried["free"]
    assert all("ttclid" in one and "__" not in one["utm_campaign"] for one in carried["paid"])
    assert all(one["utm_campaign"] == "summer" for one in carried["free"])
    assert not any("DROPCHECK" in one.get("ttclid", "") for one in carried["free"])
