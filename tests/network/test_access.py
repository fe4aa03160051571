"""Headers for a protected host go to that host, and to that port where the suite names one."""

from __future__ import annotations

import pytest

from dropcheck.network.access import access_headers

ACCESS = {
    "preview.example": {"Authorization": "host"},
    "other.example:8443": {"Authorization": "port"},
    "both.example": {"Authorization": "host", "X-Own": "1"},
    "both.example:8443": {"Authorization": "port"},
}


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("https://preview.example/a", {"Authorization": "host"}),
        ("https://PREVIEW.example:8443/a", {"Authorization": "host"}),
        ("https://preview.example./a", {"Authorization": "host"}),
        ("https://other.example:8443/", {"Authorization": "port"}),
        ("https://both.example:8443/", {"Authorization": "port", "X-Own": "1"}),
        ("https://both.example/", {"Authorization": "host", "X-Own": "1"}),
        ("https://other.example/", {}),
        ("https://other.example:8444/", {}),
        ("https://preview.example.evil.example/", {}),
        ("https://evil.example/?preview.example", {}),
        ("https://preview.example@evil.example/", {}),
        ("https://sub.preview.example/", {}),
        ("spotify:preview.example", {}),
        ("https://[::1]:8443/", {}),
    ],
)
def test_only_the_host_itself_gets_them(url: str, headers: dict[str, str]) -> None:
    assert access_headers(ACCESS, url) == headers


@pytest.mark.parametrize("url", ["http://[", "https://preview.example:99999/"])
def test_what_is_no_address_is_an_error(url: str) -> None:
    with pytest.raises(ValueError, match=r"IPv6|[Pp]ort"):
        access_headers(ACCESS, url)


def test_a_default_port_is_a_port_like_any_other() -> None:
    access = {"preview.example:443": {"Authorization": "x"}}
    assert access_headers(access, "https://preview.example/") == {"Authorization": "x"}
    assert access_headers(access, "http://preview.example/") == {}
