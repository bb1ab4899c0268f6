"""Executes a command whose addresses are not random, as ``setarch -R`` does.

What depends on addresses, such as how sets of objects are laid out, is then the same every time.
Where the system does not allow that, they stay random.
"""

from __future__ import annotations

import os
import sys

#: Of ``personality(2)``.
_ADDR_NO_RANDOMIZE, _ASK = 0x0040000, 0xFFFFFFFF


def main() -> None:
    try:
        import ctypes

        call = ctypes.CDLL(None).personality
        call(ctypes.c_ulong(call(ctypes.c_ulong(_ASK)) | _ADDR_NO_RANDOMIZE))
    except (AttributeError, ImportError, OSError):
        pass
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
