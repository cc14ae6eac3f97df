"""What can go wrong around a lake, and who can send what: two tables, each line with the test that holds it."""
