"""What pyconc says in sentences, in every language: the table of strings, and how it is filled."""
