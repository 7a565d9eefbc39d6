"""Which row of a table names its columns: the one with most words that name columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from prepkit.text import fold

_FURTHEST = 50
"""How many rows down a header is looked for."""

# A cell is a heading if one of its words is here; without accents.
_WORDS = {
    "English": "id ids nr no number student students studentid name names first last given family"
    " surname forename email mail company companies employer employers target targets level levels"
    " seniority role position category categories topic topics interview date day question"
    " questions note notes comment comments section course cohort username login created timestamp",
    "German": "matrikelnummer nummer studierende studierender studentin vorname nachname"
    " familienname firma firmen unternehmen arbeitgeber stufe ebene thema themen datum termin"
    " interviewtermin fragen anmerkung anmerkungen notiz notizen bemerkung bemerkungen",
    "French": "numero etudiant etudiante nom noms prenom entreprise entreprises societe niveau"
    " poste categorie entretien remarques commentaire commentaires courriel",
    "Spanish": "estudiante alumno alumna matricula nombre nombres apellido apellidos empresa"
    " empresas nivel puesto categoria entrevista fecha preguntas notas comentarios correo",
}
_HEADINGS = frozenset(" ".join(_WORDS.values()).split())


def headings(cells: Sequence[object]) -> int:
    """Return how many of a row's cells look like names of columns."""
    return sum(_is_heading(cell) for cell in cells)


def find_header(rows: Iterable[Sequence[object]]) -> tuple[int, int]:
    """Return the number of the row that names the columns, and how many headings it has.

    Without any, it is the first row that has something in it; 0 if there is none.
    """
    best = (0, 0)
    for number, cells in enumerate(rows, 1):
        if number > _FURTHEST and best[0]:
            break
        if not any(cell is not None and str(cell).strip() for cell in cells):
            continue
        found = headings(cells)
        if not best[0] or (found > best[1] and not _starts_with_a_number(cells)):
            best = (number, found)
    return best


def _starts_with_a_number(cells: Sequence[object]) -> bool:
    """Tell whether a row is rather one of the table: its first cell is an id or a date."""
    first = next(str(cell) for cell in cells if cell is not None and str(cell).strip())
    return not re.search(r"[^\W\d_]", first)


def _is_heading(cell: object) -> bool:
    if not isinstance(cell, str) or len(cell) > 80 or re.search(r"[;|\t]", cell):
        return False
    plain = unicodedata.normalize("NFD", fold(cell))
    words = re.findall(r"[^\W\d_]+", "".join(each for each in plain if each.isascii()))
    return len(words) <= 8 and not _HEADINGS.isdisjoint(words)
