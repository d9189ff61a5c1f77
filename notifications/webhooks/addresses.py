"""Where a webhook may go: over TLS to the public network, and inward only to the networks that the settings open.

A request that we send from inside must not become somebody's way in, so what counts is the network address that is
connected to, looked up once and used: a name cannot answer with one address to the check and with another to the call.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import SplitResult, urlsplit

Network = IPv4Network | IPv6Network
NetworkAddress = IPv4Address | IPv6Address

LONGEST = 500  # characters
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an address of the other network
_CANNOT = "Địa chỉ «{}» không dùng được: {}"


class ForbiddenAddressError(Exception):
    """The address leads where nothing may be sent; the sentence says why."""


def fault_of(address: str, opened: Sequence[Network]) -> str:
    """Return what is wrong with an address as it is written, in one Vietnamese sentence; empty where nothing is."""
    shown = address if len(address) <= 80 else f"{address[:80]}…"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return _CANNOT.format(shown, "không đọc được; hãy ghi dạng https://máy-nhận/đường-dẫn.")
    if not address.isascii() or any(c.isspace() or not c.isprintable() for c in address):
        return _CANNOT.format(shown, "chỉ dùng chữ không dấu, không có khoảng trắng.")
    if len(address) > LONGEST:
        return _CANNOT.format(shown, f"dài quá {LONGEST} ký tự.")
    if not host or parts.scheme not in {"https", "http"}:
        return _CANNOT.format(shown, "hãy ghi dạng https://máy-nhận/đường-dẫn.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        return _CANNOT.format(
            shown, "không ghi tên, mật khẩu hay dấu # trong địa chỉ; bên nhận kiểm tra chữ ký."
        )
    return _fault_of_host(shown, parts, opened)


def _fault_of_host(shown: str, parts: SplitResult, opened: Sequence[Network]) -> str:
    literal = _literal(parts.hostname or "")
    if parts.scheme == "http" and not (literal and literal.is_loopback):
        return _CANNOT.format(shown, "phải là https; http chỉ dùng cho chính máy này (127.0.0.1).")
    if literal and not may_call(literal, opened):
        return _CANNOT.format(
            shown, f"{literal} thuộc mạng nội bộ chưa được mở bằng DONDOC_WEBHOOK_NETWORKS."
        )
    return ""


def _literal(host: str) -> NetworkAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def may_call(address: NetworkAddress, opened: Sequence[Network]) -> bool:
    """Tell whether a network address may be connected to: a public one, or one of the networks that were opened."""
    inner = _innermost(address)
    if any(inner.version == network.version and inner in network for network in opened):
        return True
    return inner.is_global and not (inner.is_multicast or inner.is_reserved)


def allowed(host: str, found: Iterable[str], opened: Sequence[Network]) -> tuple[str, ...]:
    """Return the network addresses of `host` to connect to, in the order found.

    Raises ForbiddenAddressError when any of them is closed to us: a name that mixes both is no honest receiver.
    """
    addresses = tuple(dict.fromkeys(found))
    closed = [one for one in addresses if not may_call(ipaddress.ip_address(one.split("%")[0]), opened)]
    if closed or not addresses:
        raise ForbiddenAddressError(
            f"{host} trỏ tới {closed[0] if closed else 'không địa chỉ nào'} thuộc mạng nội bộ, "
            "chưa được mở bằng DONDOC_WEBHOOK_NETWORKS."
        )
    return addresses


def _innermost(address: NetworkAddress) -> NetworkAddress:
    """Return the IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
