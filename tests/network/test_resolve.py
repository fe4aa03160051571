"""The resolve map reads curl's rules with an optional target port, and says clearly what it can't read."""

from __future__ import annotations

import contextlib
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.network import Endpoint, ResolveError, ResolveMap
from dropcheck.network.resolve import parse_rule


@pytest.mark.parametrize(
    ("rule", "host", "port", "endpoint"),
    [
        ("example.com:443:127.0.0.1", "example.com", 443, Endpoint("127.0.0.1", 443)),
        ("example.com:443:127.0.0.1:8443", "EXAMPLE.com.", 443, Endpoint("127.0.0.1", 8443)),
        ("*:80:127.0.0.1:8080", "anything.example", 80, Endpoint("127.0.0.1", 8080)),
        ("*:443:[::1]:8443", "a.example", 443, Endpoint("::1", 8443)),
        ("[::1]:443:10.0.0.7", "::1", 443, Endpoint("10.0.0.7", 443)),
        ("[::1]:443:[2001:db8::1]:9", "[0:0:0:0:0:0:0:1]", 443, Endpoint("2001:db8::1", 9)),
        ("127.0.0.1:80:127.0.0.1:8080", "127.0.0.1", 80, Endpoint("127.0.0.1", 8080)),
        ("bücher.example:443:192.0.2.1", "xn--bcher-kva.example", 443, Endpoint("192.0.2.1", 443)),
    ],
)
def test_a_rule_sends_its_host_and_port(rule: str, host: str, port: int, endpoint: Endpoint) -> None:
    assert ResolveMap.parse([rule]).target(host, port) == endpoint


def test_an_exact_name_wins_over_the_star_and_a_later_rule_over_an_earlier() -> None:
    rules = ["a.example:443:10.0.0.1", "*:443:10.0.0.2", "a.example:443:10.0.0.3"]
    resolve = ResolveMap.parse(rules)
    assert resolve.target("a.example", 443) == Endpoint("10.0.0.3", 443)
    assert resolve.target("b.example", 443) == Endpoint("10.0.0.2", 443)


def test_a_host_or_port_no_rule_speaks_of_has_no_target() -> None:
    resolve = ResolveMap.parse(["a.example:443:10.0.0.1"])
    assert resolve.target("a.example", 80) is None
    assert resolve.target("sub.a.example", 443) is None


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("", "1 parts"),
        ("example.com", "1 parts"),
        ("example.com:443", "2 parts"),
        ("example.com:443:127.0.0.1:1:2", "5 parts"),
        ("example.com:https:127.0.0.1", "'https' is not a port"),
        ("example.com:0:127.0.0.1", "'0' is not a port"),
        ("example.com:443:127.0.0.1:70000", "'70000' is not a port"),
        ("example.com:443:localhost", "'localhost' is not an IP address"),
        ("example.com:443:", "'' is not an IP address"),
        (":443:127.0.0.1", "the host is empty"),
        ("*.example.com:443:127.0.0.1", "not a host name"),
        ("https://example.com:443:127.0.0.1", "4 parts|not a port"),
        ("[::1:443:127.0.0.1", "brackets"),
        ("::1:443:127.0.0.1", "parts"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_write(rule: str, why: str) -> None:
    with pytest.raises(ResolveError, match="HOST:PORT:ADDRESS") as raised:
        parse_rule(rule)
    assert any(part in str(raised.value) for part in why.split("|"))


@given(st.text(max_size=60))
def test_no_text_makes_anything_but_a_rule_or_a_clear_error(text: str) -> None:
    with contextlib.suppress(ResolveError):
        ipaddress.ip_address(parse_rule(text).endpoint.address)


@given(st.ip_addresses(), st.integers(1, 65535), st.integers(1, 65535))
def test_any_address_goes_through_the_brackets_and_back(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int, target: int
) -> None:
    spelled = f"[{address}]" if address.version == 6 else str(address)
    resolve = ResolveMap.parse([f"{spelled}:{port}:{spelled}:{target}"])
    assert resolve.target(str(address), port) == Endpoint(str(address), target)
