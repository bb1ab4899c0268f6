"""What can be measured: cases, the catalogue of them, and the teams that do their work."""
