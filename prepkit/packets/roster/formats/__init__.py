"""The files that rosters come in: what a spreadsheet program would show of them."""
