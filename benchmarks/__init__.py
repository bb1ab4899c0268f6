"""What pyconc measures: one file a family, each beside the passage of the notes it comes from."""
