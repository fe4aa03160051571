"""The public internet may be reached, this machine's own network may not, however its address is spelled."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.network import policy
from dropcheck.network.policy import literal_address, refusal


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("10.1.2.3", "private"),
        ("172.31.255.255", "private"),
        ("192.168.0.1", "private"),
        ("100.64.0.1", "carrier-grade NAT"),
        ("169.254.1.1", "link-local"),
        ("169.254.169.254", "cloud metadata"),
        ("168.63.129.16", "cloud metadata"),
        ("0.0.0.0", "this host"),
        ("224.0.0.251", "multicast"),
        ("255.255.255.255", "reserved"),
        ("::1", "loopback"),
        ("::", "this host"),
        ("fe80::1%eth0", "link-local"),
        ("fd00:ec2::254", "cloud metadata"),
        ("fc00::1", "private"),
        ("ff02::1", "multicast"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:169.254.169.254", "cloud metadata"),
        ("64:ff9b::7f00:1", "loopback"),
        ("2002:7f00:1::", "loopback"),
        ("2002:c0a8:1::1", "private"),
        ("::127.0.0.1", "loopback"),
        ("200:1234::1", "not assigned"),
        ("4000::1", "not assigned"),
    ],
)
def test_what_is_not_the_public_internet_is_refused_with_its_kind(address: str, kind: str) -> None:
    assert refusal(address) == kind


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1"]
)
def test_the_public_internet_may_be_reached(address: str) -> None:
    assert refusal(address) is None


def test_a_public_address_of_this_very_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "is_own", lambda ip: str(ip) == "93.184.216.34")
    assert refusal("93.184.216.34") == "this machine"
    assert refusal("::ffff:93.184.216.34") == "this machine"
    assert refusal("1.1.1.1") is None


def test_a_machine_knows_its_own_addresses() -> None:
    assert policy.is_own(ipaddress.ip_address("127.0.0.1"))
    assert not policy.is_own(ipaddress.ip_address("1.1.1.1"))
    assert not policy.is_own(ipaddress.ip_address("2606:4700::1111"))


@given(st.ip_addresses())
def test_nothing_python_calls_private_gets_through(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        assert refusal(address) is not None


@given(st.ip_addresses(v=4))
def test_an_address_carried_in_ipv6_is_judged_as_itself(address: ipaddress.IPv4Address) -> None:
    assert (refusal(f"::ffff:{address}") is None) == (refusal(address) is None)
    assert (refusal(f"64:ff9b::{address}") is None) == (refusal(address) is None)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("2130706433", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("[::1]", "::1"),
        ("127.0.0.1.", "127.0.0.1"),
    ],
)
def test_odd_spellings_are_read_as_a_browser_reads_them(host: str, address: str) -> None:
    assert literal_address(host) == ipaddress.ip_address(address)


@pytest.mark.parametrize("host", ["example.com", "1.example", "", "1.2.3.4.5", "0xzz", "3com.example"])
def test_a_name_is_no_address(host: str) -> None:
    assert literal_address(host) is None
