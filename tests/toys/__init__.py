"""Cases that misbehave on purpose, for the tests."""
