"""What the notes say of Python's interfaces: each statement with a check for any Python."""
