"""Pure Python that keeps a core busy for as long as it is told, and cannot be skipped unseen."""

from __future__ import annotations

#: A prime; the generator is that of the Sinclair ZX81, which stays within small integers.
_MODULUS = 65537


def spin(state: int, turns: int) -> int:
    """Turn a linear congruential generator: every state needs the one before."""
    for _ in range(turns):
        state = (75 * state + 74) % 65537
    return state


def spun(state: int, turns: int) -> int:
    """What `spin` must come to, at once: a turn takes ``state + 1`` to ``75 * (state + 1)``."""
    return (pow(75, turns, _MODULUS) * (state + 1) - 1) % _MODULUS
