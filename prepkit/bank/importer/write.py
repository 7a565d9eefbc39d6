"""import_pages(paths, into): pasted question pages become question files of a bank."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import yaml
from pydantic import ValidationError

from prepkit.bank.format import format_question
from prepkit.bank.importer.dictionary import is_word
from prepkit.bank.importer.lines import name_of
from prepkit.bank.importer.page import PastedPage, read_page
from prepkit.bank.importer.source_file import DOCUMENTS, PAGES, decode_page
from prepkit.bank.lists import read_categories, read_companies
from prepkit.errors import PrepkitError, explain
from prepkit.files import read_bytes
from prepkit.records import SLUG, Ask, Category, Company, Question
from prepkit.text import join_words, pluralize, shorten, slugify

_MOST_NAMED = 1000
"""How many characters of what was left out are shown, such as those of a page's long menu."""
_ICON = "🗂️"


@dataclass(frozen=True, slots=True)
class Imported:
    """The result for one page; its `str` is what the user reads."""

    source: Path
    written: Path | None = None
    """The question file; None if the page was skipped or not imported."""
    skipped: str = ""
    """Why the page didn't need importing."""
    error: str = ""
    """Why the page wasn't imported, and what would be right."""
    notices: tuple[str, ...] = ()
    """What was decided or added."""
    page: PastedPage | None = None
    """What was found on the page, moved to Notes, left out, or is missing."""

    def __str__(self) -> str:
        if self.error:
            return f"Not imported: {self.error}"
        if self.written is None or self.page is None:
            return f"Skipped: {self.source}: {self.skipped}"
        lines = [f"Written: {self.written} (from {self.source})"]
        lines += [f"  Repaired: {one}" for one in self.page.repairs]
        for heading, text in self.page.moved:
            lines.append(f"  Moved to Notes: '{heading}': {shorten(' '.join(text.split()), 100)}")
        lines += [f"  Left out: {_named(text)}" for text in self.page.left_out]
        lines += [f"  Note: {text}" for text in self.notices]
        lines += [f"  Still to write: '## {heading}'" for heading in self.page.missing]
        return "\n".join(lines)


def _named(text: str) -> str:
    """Return what was left out, and of a very long text how many words more there are."""
    if len(text) <= _MOST_NAMED:
        return text
    begun = text[:_MOST_NAMED].rsplit(" ", 1)[0]
    return f"{begun} … and {pluralize(len(text[len(begun) :].split()), 'more word')}"


def import_pages(
    paths: Sequence[Path], into: Path, *, category: str | None = None
) -> tuple[Imported, ...]:
    """Make question files from question pages.

    Each page is imported whole or not at all, and one that fails doesn't stop the others. Existing
    question files are never overwritten.

    Parameters
    ----------
    paths : sequence of Path
        Pages as text, Markdown or HTML, and folders of them. In a folder, documents such as Word's
        are named as not imported; other files are passed over.
    into : Path
        The bank's folder; it is created if it doesn't exist. Missing categories and companies are
        added to its categories.yaml and companies.yaml.
    category : str, optional
        The slug of the category. Without it, each page must name its own.

    Returns
    -------
    tuple of Imported
        In the order of the pages.

    Raises
    ------
    BankError
        If categories.yaml or companies.yaml in `into` has a problem.
    PrepkitError
        If `category` isn't a slug.
    """
    if category is not None and not SLUG.fullmatch(category):
        raise PrepkitError(
            f"the category '{category}' must be lowercase letters, digits and single hyphens,"
            f" such as '{slugify(category) or 'technical-leadership'}'"
        )
    read_categories(into)
    read_companies(into)
    return tuple(_import(path, into, category) for path in _pages(paths))


def _pages(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield each file, and the pages and documents in each folder and its subfolders."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for file in sorted(path.rglob("*")):
            inside = file.relative_to(path).parts
            hidden = any(part.startswith(".") for part in inside)
            known = file.suffix.lower() in (*PAGES, *DOCUMENTS)
            if known and file.is_file() and not hidden and not _belongs_to_page(file, path):
                yield file


def _belongs_to_page(file: Path, folder: Path) -> bool:
    """Tell whether a browser put a file there beside a page that it saved, such as its frames."""
    return any(
        above.name.endswith("_files")
        and any(above.with_name(above.name[:-6] + end).exists() for end in (".html", ".htm"))
        for above in file.parents
        if above != folder and folder in above.parents
    )


def _import(source: Path, into: Path, category: str | None) -> Imported:
    """Import one page; an error becomes part of the result."""
    try:
        known = {company.name.casefold(): company for company in read_companies(into)}
        names = [company.name for company in known.values()]
        page = read_page(
            decode_page(read_bytes(source), source),
            source=str(source),
            companies=names,
            is_word=partial(is_word, into),
        )
        if same := _same(page, into):
            return Imported(source, skipped=f"the bank already has this question, in {same}")
        return _write(source, page, into, category, known)
    except PrepkitError as error:
        return Imported(source, error=str(error))
    except OSError as error:
        return Imported(source, error=f"{error.filename or source}: {error.strerror}")


def _same(page: PastedPage, into: Path) -> Path | None:
    """Return the question file that has the same question as the page."""
    wanted = name_of(page.fields["text"])
    for path in sorted(into.glob("questions/*/*.md")):
        for line in path.read_text("utf-8-sig", errors="replace").split("\n"):
            if line.startswith("# ") and name_of(line) == wanted:
                return path
    return None


def _write(
    source: Path, page: PastedPage, into: Path, category: str | None, known: dict[str, Company]
) -> Imported:
    """Write the question file, and add what it needs to the two lists."""
    notices = list(page.guesses)
    entry, is_new = _category(source, page, into, category)
    if category and (own := _other_category(page, entry)):
        notices.append(
            f"the page names the category '{own}', but --category put the question into"
            f" '{entry.slug}'"
        )
    folder = into / "questions" / entry.slug
    number = _number(folder, page.number, notices)
    all_known = dict(known)
    asks = [_known_ask(ask, all_known, notices) for ask in page.fields.get("asks", ())]
    try:
        question = page.question(entry.slug, number).model_copy(update={"asks": tuple(asks)})
    except ValidationError as error:
        raise PrepkitError(f"{source}: {explain(error.errors()[0], Question)}") from None
    text = format_question(question)
    path = folder / f"{number:02d}-{slugify(question.text, most_words=8) or 'question'}.md"
    files = {}
    added = [company.name for key, company in all_known.items() if key not in known]
    if added or not (into / "companies.yaml").exists():
        names = [{"name": name} for name in added]
        files[into / "companies.yaml"] = _appended(into / "companies.yaml", names)
    if added:
        notices.append(f"added to companies.yaml, without published values: {', '.join(added)}")
    if is_new:
        fields = entry.model_dump(exclude_defaults=True)
        files[into / "categories.yaml"] = _appended(into / "categories.yaml", [fields])
        notices.append(f"added '{entry.slug}' to categories.yaml; please check its description")
    folder.mkdir(parents=True, exist_ok=True)
    _put(files, path, text)
    gap = [f"{one:02d}" for one in range(1, number) if not any(folder.glob(f"{one:02d}-*.md"))]
    if gap:
        needed = f"until {entry.slug} also has {join_words(gap)}"
        notices.append(f"the bank can't be loaded {needed} (numbers must have no gap)")
    return Imported(source, path, notices=tuple(notices), page=page)


def _category(
    source: Path, page: PastedPage, into: Path, slug: str | None
) -> tuple[Category, bool]:
    """Return the page's category, and whether it is new to the bank."""
    categories = read_categories(into)
    slug = slug or page.slug
    for known in categories:
        titles = (known.slug, slugify(known.title))
        if known.slug == slug or (not slug and page.category and slugify(page.category) in titles):
            return known, False
    slug = slug or slugify(page.category or "")
    if not slug:
        raise PrepkitError(
            f"{source}: the page doesn't name its category; add one, such as"
            " --category technical-leadership"
        )
    title = page.category if page.category and slugify(page.category) == slug else None
    title = title or slug.replace("-", " ").capitalize()
    description = f"Imported questions on {title[0].lower()}{title[1:]}."
    return Category(slug=slug, title=title, icon=page.icon or _ICON, description=description), True


def _other_category(page: PastedPage, entry: Category) -> str:
    """Return the category that a page names; empty if it names none, or this one."""
    names = [one for one in (page.category, page.slug) if one]
    same = {entry.slug, slugify(entry.title)}
    return next((one for one in names if slugify(one) not in same), "")


def _number(folder: Path, wanted: int | None, notices: list[str]) -> int:
    """Return the page's number if it is free, or else the next free one."""
    taken = {int(path.name[:2]) for path in folder.glob("[0-9][0-9]-*")}
    if wanted and 1 <= wanted <= 99 and wanted not in taken:
        return wanted
    free = next((number for number in range(1, 100) if number not in taken), None)
    if free is None:
        raise PrepkitError(f"{folder}: this category already has 99 questions, the maximum")
    if wanted:
        notices.append(f"number {wanted} is already taken here, so the question became {free:02d}")
    return free


def _known_ask(ask: Ask, known: dict[str, Company], notices: list[str]) -> Ask:
    """Return an ask in the spelling of companies.yaml; an unknown value is put into the focus.

    A company that isn't known yet is added to `known`.
    """
    company = known.setdefault(ask.company.casefold(), Company(name=ask.company))
    name = company.name
    values = {value.name.casefold(): value.name for value in company.values}
    if ask.value is None or ask.value.casefold() in values:
        value = values[ask.value.casefold()] if ask.value else None
        return Ask(company=name, value=value, focus=ask.focus)
    notices.append(
        f"companies.yaml has no value '{ask.value}' for {name}, so it was put into the focus"
    )
    return Ask(company=name, focus=f"{ask.value}: {ask.focus}")


def _appended(path: Path, entries: list[dict[str, str]]) -> str:
    """Return the text of a YAML list with `entries` added at its end."""
    old = path.read_text("utf-8-sig") if path.exists() else ""
    if not entries:  # without a file, an empty list
        return old or "[]\n"
    new = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=10_000)
    if old.strip() == "[]":
        old = ""
    found = re.search(r"^( *)- ", old, re.MULTILINE)
    indent = found[1] if found else ""
    new = "".join(f"{indent}{line}\n" for line in new.splitlines())
    text = old + ("\n" if old and not old.endswith("\n") else "") + new
    before = yaml.safe_load(old) or []
    try:
        right = yaml.safe_load(text) == before + entries
    except yaml.YAMLError:
        right = False
    if not right:
        raise PrepkitError(
            f"{path}: prepkit can't add to the end of this list; add it by hand: {new.strip()}"
        )
    return text


def _put(files: dict[Path, str], path: Path, text: str) -> None:
    """Write all files, or none if one fails; the question's file is last and must be new."""
    temporary: dict[Path, Path] = {}
    try:
        for target, content in [*files.items(), (path, text)]:
            hidden = target.with_name(f".{target.name}.{os.getpid()}.tmp")
            temporary[hidden] = target
            with hidden.open("w", encoding="utf-8", newline="\n") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for hidden, target in temporary.items():
            if target == path and target.exists():
                raise PrepkitError(f"{target}: this file already exists; it was not changed")
            hidden.replace(target)
    finally:
        for hidden in temporary:
            hidden.unlink(missing_ok=True)
