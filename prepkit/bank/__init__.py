"""The question bank: Markdown and YAML files -> records and tidy frames."""

from prepkit.bank.entries import Entry, UnknownQuestionError
from prepkit.bank.frames import Bank, load_bank, shipped_folder

__all__ = ["Bank", "Entry", "UnknownQuestionError", "load_bank", "shipped_folder"]
