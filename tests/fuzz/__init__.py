"""Fuzzing of everything that reads bytes from elsewhere: by hand with coverage as the guide, and by pytest from a kept corpus."""
