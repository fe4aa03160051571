"""Which addresses a page under test may reach: the public internet, nothing of this machine's network."""

from __future__ import annotations

import ipaddress
import socket

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Ranges that are not the public internet, narrowest meaning first (IANA special-purpose address
#: registries for IPv4 and IPv6; RFC 6890 and the RFCs named beside the rows there).
_CLOSED: tuple[tuple[str, str], ...] = (
    ("169.254.169.254/32", "cloud metadata"),
    ("100.100.100.200/32", "cloud metadata"),
    ("168.63.129.16/32", "cloud metadata"),
    ("fd00:ec2::254/128", "cloud metadata"),
    ("0.0.0.0/8", "this host"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "carrier-grade NAT"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "protocol assignment"),
    ("192.0.2.0/24", "documentation"),
    ("192.88.99.0/24", "6to4 relay"),
    ("192.168.0.0/16", "private"),
    ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("::1/128", "loopback"),
    ("::/128", "this host"),
    ("64:ff9b:1::/48", "private translation"),
    ("100::/64", "discard-only"),
    ("2001::/23", "protocol assignment"),
    ("2001:db8::/32", "documentation"),
    ("3fff::/20", "documentation"),
    ("5f00::/16", "segment routing"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
)
_CLOSED_NETWORKS = tuple((ipaddress.ip_network(network), kind) for network, kind in _CLOSED)

#: All that is given out for the public internet in IPv6 (IANA IPv6 address space, "Global Unicast"); private
#: overlay networks live elsewhere, Yggdrasil's in 0200::/7.
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_ANY_PORT = 9
#: IPv6 ranges that carry an IPv4 address, with the number of bits to the right of it: mapped and
#: compatible (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056).
_CARRIERS: tuple[tuple[ipaddress.IPv6Network, int], ...] = (
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),
    (ipaddress.IPv6Network("::ffff:0:0:0/96"), 0),
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),
    (ipaddress.IPv6Network("2002::/16"), 80),
    (ipaddress.IPv6Network("::/96"), 0),
)


def refusal(address: str | IPAddress) -> str | None:
    """Say why `address` may not be reached (``loopback``, ``private``, …), or None where it may.

    An IPv4 address carried inside IPv6 (mapped, compatible, NAT64, 6to4) is judged as itself too. A public address
    that this machine itself has leads to what listens here, firewalls passed by, and is refused like loopback.
    """
    ip = ipaddress.ip_address(address.split("%")[0]) if isinstance(address, str) else address
    for network, kind in _CLOSED_NETWORKS:
        if ip.version == network.version and ip in network:
            return kind
    if isinstance(ip, ipaddress.IPv6Address):
        for carrier, shift in _CARRIERS:
            if ip in carrier:
                return refusal(ipaddress.IPv4Address((int(ip) >> shift) & 0xFFFFFFFF))
        if ip not in _GLOBAL_UNICAST:
            return "not assigned"
    return "this machine" if is_own(ip) else None


def is_own(ip: IPAddress) -> bool:
    """Whether this machine has the address `ip` itself; nothing is sent to find out."""
    family = socket.AF_INET if ip.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            # To an address of its own a machine speaks from that same address; a datagram socket that is
            # connected sends nothing yet (ip(7), udp(7)).
            probe.connect((str(ip), _ANY_PORT))
            return str(probe.getsockname()[0]) == str(ip)
    except OSError:
        # No way leads there, or the machine has no such network.
        return False


def literal_address(host: str) -> IPAddress | None:
    """Return the address that `host` spells, or None for a name.

    Browsers and C libraries read more than the dotted form: ``2130706433``, ``0x7f.1`` and ``0177.0.0.1``
    are all 127.0.0.1 (URL Standard, "IPv4 parser"; `inet_aton`).
    """
    bare = host.strip("[]").rstrip(".").split("%")[0]
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        pass
    if not bare or not bare.isascii() or not bare[0].isdigit():
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(bare))
    except (OSError, ValueError):
        return None
