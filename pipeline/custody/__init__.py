"""What an auditor can check without us: keys, sealed bundles, proofs of single rows, and pseudonyms. Door to cryptography."""
