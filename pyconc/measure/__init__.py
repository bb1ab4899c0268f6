"""Measuring: one value, one round in a process of its own, a whole campaign."""
