"""Which addresses count as public."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from backend.common.egress import is_public
from backend.common.egress.addresses import own_addresses, parse


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",  # metadata of most clouds
        "168.63.129.16",
        "100.64.0.1",
        "100.100.100.200",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",  # compatible
        "::a00:1",
        "64:ff9b::7f00:1",  # NAT64
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "2002:7f00:1::",  # 6to4
        "2002:c0a8:101::1",
        "2001:0:7f00:1::",  # Teredo by its server
        "2001:0:808:808:0:0:f5ff:fffe",  # Teredo by its client, 10.0.0.1
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "100::1",
        "4000::1",
    ],
)
def test_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "93.184.216.34",
        "100.63.255.255",
        "100.128.0.1",
        "172.32.0.1",
        "2606:4700::1111",
        "2a00:1450:4001::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::1",
    ],
)
def test_public(address):
    assert is_public(ip_address(address))


def test_zone_is_ignored():
    assert str(parse("fe80::1%eth0")) == "fe80::1"


def test_own_addresses_hold_the_loopback():
    assert ip_address("127.0.0.1") in own_addresses()
