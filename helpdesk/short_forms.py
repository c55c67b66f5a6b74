"""Short forms of given names: "Bill" and "William"."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1)
def _nick_namer() -> object:
    from nicknames import NickNamer

    return NickNamer()


@lru_cache(maxsize=20_000)
def nicknames(given: str) -> frozenset[str]:
    """Given names that the same person may use: short for this one, or what this one is short for."""
    namer = _nick_namer()
    return frozenset(namer.nicknames_of(given) | namer.canonicals_of(given))  # type: ignore[attr-defined]
