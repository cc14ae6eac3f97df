"""The dashboard in a real browser: every screen, and what people do on them."""
