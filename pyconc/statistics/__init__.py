"""Estimates, intervals, ratios, tests and verdicts: one engine for every command and page."""
