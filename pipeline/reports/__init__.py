"""Evidence for auditors: what a lake proves about a period, section by section, written in the formats they take."""
