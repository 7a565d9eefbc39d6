"""Objects that display themselves in a notebook or as plain text: tables, plots, texts and forms.

Most of them are public names of `prepkit` itself; ``prepkit/__init__.pyi`` lists those.
"""
