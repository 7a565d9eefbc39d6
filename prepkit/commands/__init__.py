"""The commands, one module per kind of use: what it parses, and the function it calls.

A module adds its commands to the parser with `add`, so that each option is written in one place.
What is slow to import is imported inside the command that needs it: the others start quickly.
"""
