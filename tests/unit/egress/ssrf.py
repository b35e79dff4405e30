"""Ways to write an address inside: what attackers try. `{port}` is that of a server which must see nothing."""

from __future__ import annotations

LOOPBACK = (
    # numbers that the system's resolver understands
    "http://127.0.0.1:{port}/", "http://127.1:{port}/", "http://127.0.1:{port}/", "http://2130706433:{port}/",
    "http://0x7f000001:{port}/", "http://0x7f.0.0.1:{port}/", "http://0x7f.1:{port}/", "http://0177.0.0.1:{port}/",
    "http://0177.1:{port}/", "http://017700000001:{port}/", "http://0x7F.0x0.0x0.0x1:{port}/", "http://0:{port}/",
    "http://0.0.0.0:{port}/", "http://127.255.255.254:{port}/", "http://127.0.0.1.:{port}/",
    # other letters for the same
    "http://１２７.０.０.１:{port}/", "http://127。0。0。1:{port}/", "http://①②⑦.⓪.⓪.①:{port}/", "http://127．0．0．1:{port}/",
    "http://ｌｏｃａｌｈｏｓｔ:{port}/", "http://%31%32%37.0.0.1:{port}/", "http://127.0.0.1%00:{port}/",
    # names
    "http://localhost:{port}/", "http://LOCALHOST:{port}/", "http://localhost.:{port}/", "http://ip6-localhost:{port}/",
    # IPv6 and what wraps IPv4 in it
    "http://[::1]:{port}/", "http://[0:0:0:0:0:0:0:1]:{port}/", "http://[::]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/", "http://[0:0:0:0:0:ffff:127.0.0.1]:{port}/", "http://[::127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/", "http://[64:ff9b:1::7f00:1]:{port}/", "http://[2002:7f00:1::]:{port}/",
    "http://[2001:0:7f00:1::]:{port}/", "http://[::1%25lo]:{port}/", "http://[::1%lo]:{port}/",
    # a user name that looks like the host, or a host that looks like one
    "http://example.com@127.0.0.1:{port}/", "http://user:pass@127.0.0.1:{port}/", "http://127.0.0.1:{port}@example.com/",
    "http://example.com%40127.0.0.1:{port}/", "http://127.0.0.1:{port}\\@example.com/", "http://127.0.0.1:{port}#@example.com/",
    "http://127.0.0.1:{port}?@example.com/", "http://example.com\\@127.0.0.1:{port}/",
    # breaks in the middle
    "http://127.0.0.1\t:{port}/", "http://127.0.\n0.1:{port}/", "http:127.0.0.1:{port}/", "http:///127.0.0.1:{port}/",
    "http:\\\\127.0.0.1:{port}\\", " http://127.0.0.1:{port}/", "//127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\r\nHost: a/",
    # upper case and other schemes
    "HTTP://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/_GET", "dict://127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/", "file:///etc/passwd", "file://127.0.0.1/etc/passwd", "ldap://127.0.0.1:{port}/",
    "jar:http://127.0.0.1:{port}!/", "unix:///var/run/docker.sock", "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
)  # fmt: skip

INSIDE = (
    "http://10.0.0.1/", "http://10.1/", "http://172.16.0.1/", "http://172.31.255.255/", "http://192.168.0.1/",
    "http://3232235521/", "http://0xc0a80001/", "http://100.64.0.1/", "http://198.18.0.1/", "http://192.0.0.8/",
    "http://224.0.0.1/", "http://255.255.255.255/", "http://240.0.0.1/", "http://192.88.99.1/",
    # clouds' metadata
    "http://169.254.169.254/latest/meta-data/", "http://2852039166/", "http://0xa9fea9fe/", "http://0251.0376.0251.0376/",
    "http://[::ffff:169.254.169.254]/", "http://[fd00:ec2::254]/", "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:a9fe:a9fe::]/", "http://100.100.100.200/", "http://168.63.129.16/",
    # IPv6 that is not the internet's
    "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fc00::1]/", "http://[fd12:3456::1]/", "http://[fec0::1]/",
    "http://[ff02::1]/", "http://[2001:db8::1]/", "http://[2001::1]/", "http://[100::1]/", "http://[::ffff:10.0.0.1]/",
)  # fmt: skip

TABLE = LOOPBACK + INSIDE


def name_of(url: str) -> str:
    """For lists of tests: no control characters."""
    return ascii(url)[1:-1]
