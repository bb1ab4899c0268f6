"""`pyconc show` and `pyconc reports`: results as text."""
