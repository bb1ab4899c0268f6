"""What pyconc measures: one file a family, each beside the passage of the notes it comes from."""

from __future__ import annotations

#: The families in the order of the notes; the controls last.
ORDER = ("counter", "rlock", "shared_state", "barrier", "pool", "reference")
