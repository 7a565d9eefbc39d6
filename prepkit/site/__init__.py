"""A static site of the questions and of notebooks."""
