"""What displays itself, in a notebook or as plain text: tables, plots, texts and forms.

Most of it is public in `prepkit` itself, whose names are listed in ``prepkit/__init__.pyi``.
"""
