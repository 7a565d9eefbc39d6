"""What a notebook says, read once, for every output: no output format here."""
