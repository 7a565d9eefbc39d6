"""The question bank: Markdown and YAML files -> records and tidy frames."""

from prepkit.bank.frames import Bank, Entry, UnknownQuestionError, load_bank, shipped_folder

__all__ = ["Bank", "Entry", "UnknownQuestionError", "load_bank", "shipped_folder"]
