"""The addresses of this machine."""

from __future__ import annotations


def own_addresses() -> list[str]:
    """IPv4, one for each network that it is in, the loopback among them."""
    import ifaddr

    addresses = [str(each.ip) for adapter in ifaddr.get_adapters() for each in adapter.ips if each.is_IPv4]
    return list(dict.fromkeys(addresses))
