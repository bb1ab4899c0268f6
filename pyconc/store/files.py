"""Reading whatever a file holds: whole, of bounded size, and with one line where it cannot be."""

from __future__ import annotations

import gzip
import io
import json
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyconc.errors import UsageError, brief

#: A larger file is no result: that of a campaign of 250 cases and 40 rounds has some 10 MB.
MOST_BYTES = 128 << 20
_GZIP = b"\x1f\x8b"
#: What pyperf, json and our own reading raise for a file that is damaged, or made to do harm.
DAMAGE = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, RecursionError,
    TypeError, ValueError,
)  # fmt: skip


def read_document(path: Path) -> Any:
    """The JSON of a file, compressed or not, whatever is in it.

    Raises:
        UsageError: it is missing, too large, cut short or not JSON.
    """
    text = read_text(path)
    with told_clearly(path):
        return json.loads(text)


@contextmanager
def told_clearly(
    path: Path,
    what: str = "is not a pyperf file",
    remedy: str = "give a file that pyperf wrote",
) -> Iterator[None]:
    """One line in place of whatever a damaged file makes the body raise.

    Raises:
        UsageError: the body raised what damaged files lead to.
    """
    try:
        yield
    except OSError as error:
        raise UsageError(f"cannot read {brief(path)}: {brief(error.strerror or error)}") from None
    except DAMAGE as error:
        if isinstance(error, json.JSONDecodeError):
            what = "is not whole JSON"
        raise UsageError(f"{brief(path)} {what} ({why(error)}); {remedy}") from None


def why(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, MemoryError):
        return "it needs more memory than there is"
    if isinstance(error, KeyError):
        return f"it has no {brief(error)}"
    return brief(error) or type(error).__name__


def read_text(path: Path) -> str:
    """What is in a file, unpacked where it is packed, whatever its name says."""
    content = read_bytes(path)
    if content.startswith(_GZIP):
        content = _unpacked(path, content)
    if not content.strip():
        raise UsageError(f"{brief(path)} is empty; give a file that pyperf wrote")
    with told_clearly(path):
        return content.decode("utf-8-sig")


def read_bytes(path: Path) -> bytes:
    """Only of regular files: a pipe or a device may never end."""
    try:
        about = path.stat()
        if stat.S_ISREG(about.st_mode) and about.st_size <= MOST_BYTES:
            return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"cannot read {brief(path)}: {brief(reason)}") from None
    if stat.S_ISREG(about.st_mode):
        raise _too_large(path)
    raise UsageError(f"{brief(path)} is not a regular file; give a file that pyperf wrote")


def _unpacked(path: Path, packed: bytes) -> bytes:
    chunks: list[bytes] = []
    size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            while chunk := file.read(1 << 20):
                size += len(chunk)
                if size > MOST_BYTES:
                    raise _too_large(path)
                chunks.append(chunk)
    except EOFError:
        raise UsageError(f"{brief(path)} is cut short; measure it again") from None
    except (OSError, ValueError, zlib.error) as error:
        raise UsageError(f"{brief(path)} is damaged ({brief(error)}); measure it again") from None
    return b"".join(chunks)


def _too_large(path: Path) -> UsageError:
    return UsageError(
        f"{brief(path)} has more than {MOST_BYTES >> 20} MB, which no result has; "
        f"give a file that pyperf wrote"
    )
