"""The address inside an ad: macros, their misspellings, the click id, and what must not get lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.check import ad_link

AD = "https://ad.example/go?utm_source=tiktok&utm_campaign=__CAMPAIGN_NAME__&cb=__CALLBACK_PARAM__&page=2"


def test_an_ads_click_has_its_macros_filled_in_and_a_click_id() -> None:
    click = ad_link.with_ad_parameters(AD)
    assert ad_link.literal_macros(click) == []
    assert click.endswith("&ttclid=DROPCHECK-TEST-CLICK")
    assert ad_link.with_ad_parameters(click) == click
    assert ad_link.with_ad_parameters("https://ad.example/#top") == (
        "https://ad.example/?ttclid=DROPCHECK-TEST-CLICK#top"
    )


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("__CAMPAIGN_ID__", []),
        ("__AID____CID__", []),
        ("_CAMPAIGN_ID_", ["__CAMPAIGN_ID__"]),
        ("__CAMPAIGN_ID_", ["__CAMPAIGN_ID__"]),
        ("__campaign_id__", ["__CAMPAIGN_ID__"]),
        ("%5FCAMPAIGN_ID%5f", ["__CAMPAIGN_ID__"]),
        ("__ADSET__", [None]),
        ("my_campaign_id_2", []),
        ("summer", []),
    ],
)
def test_a_macro_that_will_not_be_filled_in_is_found(value: str, right: list[str | None]) -> None:
    found = ad_link.macro_faults(f"https://ad.example/go?utm_id={value}")
    assert [fault.right for fault in found] == right


def test_clicks_are_counted_by_utm_the_click_id_and_whatever_carries_a_macro() -> None:
    assert ad_link.campaign_parameters(AD) == ("utm_source", "utm_campaign", "cb", "ttclid")


@pytest.mark.parametrize(
    ("arrived", "lost"),
    [
        ("https://b.example/?utm_source=tiktok&ttclid=1", []),
        ("https://b.example/?ttclid=1&utm_source=tiktok&more=2", []),
        ("https://b.example/", ["utm_source", "ttclid"]),
        ("https://b.example/?utm_source=TikTok&ttclid=1", ["utm_source"]),
        ("https://b.example/?utm_source=tiktok&ttclid=", ["ttclid"]),
    ],
)
def test_a_parameter_is_lost_when_it_is_gone_or_changed(arrived: str, lost: list[str]) -> None:
    sent = "https://a.example/?utm_source=tiktok&ttclid=1"
    assert ad_link.lost_parameters(sent, arrived, ("utm_source", "ttclid", "never_there")) == lost


def test_a_fan_costs_what_the_views_before_them_cost() -> None:
    assert ad_link.cost_per_fan(2.0, (0.005, 0.02)) == (0.1, 0.4)


@given(st.text(max_size=60))
def test_no_address_breaks_the_rehearsal(text: str) -> None:
    url = f"https://ad.example/go?x={text}"
    ad_link.macro_faults(url)
    ad_link.campaign_parameters(url)
    ad_link.lost_parameters(url, ad_link.with_long_parameter(url), ("x",))
