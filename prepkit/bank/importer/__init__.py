"""Pasted question pages -> question files of a bank, with nothing of their content lost."""
