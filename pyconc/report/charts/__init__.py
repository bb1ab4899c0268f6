"""The charts: one file each, and what they share."""

from __future__ import annotations
