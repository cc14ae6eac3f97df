"""Small stories out of a registry's life; together they write every kind that the traffic does not."""
