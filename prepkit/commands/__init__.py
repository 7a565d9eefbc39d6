"""The commands, one module for each kind of use: what it parses, and the one function it calls.

A module adds its commands to the parser with `add`, so that an option is written in one place.
Whatever takes time to import is imported by the command that is run: the others start quickly.
"""
