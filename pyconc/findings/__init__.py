"""From rounds to statements: estimates, ratios with intervals, the notes' comparisons."""
