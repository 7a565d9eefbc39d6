"""Drafts of mails to students, each with the student's own files: .eml, to open in a mail program.

A file goes only to the student for whom prepkit has made it, which the manifest of the folder says:
a name alone could be mistaken, or somebody may have copied one file over another.
"""

from __future__ import annotations

import json
import mimetypes
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from prepkit.errors import PrepkitError
from prepkit.packets.jobs import file_names
from prepkit.packets.kept import content_digest, put
from prepkit.packets.mail_text import MailText
from prepkit.packets.manifest import Manifest
from prepkit.packets.storage import Output, open_output
from prepkit.records import Student
from prepkit.text import join_some, pluralize

ATTACHED = ("pdf", "fill-in", "html-form")
"""Which files of a packet are for the student, if the coach doesn't say."""
MADE = ".drafts.json"
"""The name of the file with the digests of the drafts that were written, by name."""
LARGE = 20_000_000
"""Bytes; many mail servers refuse what is larger."""

_LISTED = 20
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}")
_ABOUT = {
    "ipynb": "your packet as a notebook, to open with prepkit",
    "pdf": "your packet, to read and to print",
    "fill-in": "a notebook to write your answers in, with prepkit",
    "html": "your packet as a web page, to read",
    "html-form": "a web page to write in: save it, open it in a browser, send back what it saves",
}

_ABOUT_FEEDBACK = {
    "pdf": "the feedback, to read and to print",
    "ipynb": "the same as a notebook, where you can answer comments and go on writing",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file for one student."""

    name: str
    content: bytes = field(repr=False)
    about: str
    """What it is, in a few words for the student."""


@dataclass(frozen=True, slots=True)
class ToSend:
    """The files of each student."""

    files: Mapping[str, Sequence[Attachment]] = field(default_factory=dict)
    """By student id; a student who has none is absent."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Why a student's files can't be sent, by id."""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MailReport:
    """What became of each student of a roster."""

    place: str
    written: tuple[str, ...] = ()
    """The ids of the students who have a draft now, written or there already."""
    without_files: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    """Why there is no draft for a student, by id."""
    notices: tuple[str, ...] = ()

    def __str__(self) -> str:
        drafts = f"{pluralize(len(self.written), 'draft')}" if self.written else "no drafts"
        lines = [f"{self.place}: {drafts}. Nothing was sent: look at each before you send it."]
        if self.without_files:
            lines.append(f"Nothing to send yet: {join_some(self.without_files, _LISTED)}")
        if self.refused:
            lines.append(f"No draft for {pluralize(len(self.refused), 'student')}:")
            lines += [f"  {student}: {why}" for student, why in self.refused.items()]
        return "\n".join([*lines, *self.notices])


def packet_files(
    place: str, students: Sequence[Student], formats: Sequence[str] = ATTACHED
) -> ToSend:
    """Return each student's files from a folder of packets.

    Parameters
    ----------
    place
        The folder or URL of the packets.
    formats
        Which files of a packet: some of `prepkit.packets.jobs.FORMATS`.

    Raises
    ------
    PrepkitError
        If there are no packets there.
    """
    output = open_output(place)
    outcomes = Manifest(output).outcomes
    if not outcomes:
        raise PrepkitError(f"{place}: there are no packets here. Make them with 'prepkit packets'.")
    made = {name: digest for one in outcomes.values() for name, digest in one.files.items()}
    names: dict[str, dict[str, str]] = {}
    for student in students:
        outcome = outcomes.get(student.student_id)
        there = outcome.files if outcome and outcome.state == "done" else {}
        wanted = file_names(student.student_id, formats)
        found = {name: _ABOUT[kind] for kind, name in wanted.items() if name in there}
        if found:
            names[student.student_id] = found
    return _attachments(output, names, made)


def feedback_files(place: str, students: Sequence[Student]) -> ToSend:
    """Return each student's files from a folder of feedback.

    Raises
    ------
    PrepkitError
        If there is no feedback there.
    """
    # Imported here, because it makes PDFs and notebooks.
    from prepkit.packets import feedback_files as of_feedback

    output = open_output(place)
    made = of_feedback.made_files(output)
    if not made:
        raise PrepkitError(
            f"{place}: there is no feedback here. Make it with 'prepkit feedback make'."
        )
    names: dict[str, dict[str, str]] = {}
    for student in students:
        wanted = of_feedback.file_names(student.student_id)
        found = {name: _ABOUT_FEEDBACK[kind] for kind, name in wanted.items() if name in made}
        if found:
            names[student.student_id] = found
    return _attachments(output, names, made)


def _attachments(
    output: Output, names: Mapping[str, Mapping[str, str]], made: Mapping[str, str]
) -> ToSend:
    """Read files; `made` has the digest of all that prepkit made there, by name."""
    owners = {digest: name for name, digest in made.items()}
    found: dict[str, tuple[Attachment, ...]] = {}
    refused: dict[str, str] = {}
    notices: list[str] = []
    for student_id, mine in names.items():
        files = []
        for name, about in mine.items():
            content = output.read(name)
            if content is None:
                refused[student_id] = f"{name} is missing; make it again first"
                break
            digest = content_digest(content)
            if digest != made[name] and digest in owners:
                refused[student_id] = (
                    f"what is in {name} is {owners[digest]}, another student's; remove it, and make"
                    " it again first"
                )
                break
            if digest != made[name]:
                notices.append(f"{name} isn't as prepkit made it; it is attached as it is.")
            files.append(Attachment(name, content, about))
        else:
            found[student_id] = tuple(files)
    return ToSend(found, refused, tuple(notices))


def write_drafts(
    place: str,
    students: Sequence[Student],
    text: MailText,
    to_send: ToSend,
    *,
    roster: Sequence[Student] = (),
) -> MailReport:
    """Write a draft for each student who has files and an address.

    A draft that is as it should be isn't written again, and one that somebody has changed is kept
    beside the new one.

    Parameters
    ----------
    place
        The folder for the drafts. They are for the user alone.
    roster
        All students, if `students` are only some of them: two may have one address.
    """
    output = open_output(place)
    written: list[str] = []
    refused = dict(to_send.refused)
    notices = list(to_send.notices)
    everybody = roster or students
    shared = Counter(student.email.casefold() for student in everybody if student.email)
    with output.locked():
        known = _known(output)
        for student in students:
            mine = to_send.files.get(student.student_id)
            if not mine:
                continue
            if why := _no_address(student, shared):
                refused[student.student_id] = why
                continue
            name = f"{student.student_id}.eml"
            content = draft(student, text, mine)
            digests = known.setdefault(name, [])
            if content_digest(content) not in digests:
                digests.append(content_digest(content))
                output.write(MADE, json.dumps(known, indent=1, sort_keys=True).encode())
            if kept := put(output, name, content, known=digests):
                notices.append(f"You had changed {name}: your draft is kept as “{kept}”.")
            written.append(student.student_id)
            notices += _about(student, text, mine)
    accounted = {*written, *refused}
    without = tuple(one.student_id for one in students if one.student_id not in accounted)
    return MailReport(place, tuple(written), without, refused, tuple(notices))


def draft(student: Student, text: MailText, files: Sequence[Attachment]) -> bytes:
    """Return a draft as a file; the same for the same arguments."""
    lines = [f"- {file.name}: {file.about}" for file in files]
    subject, body = text.fill(student, "\n".join(lines))
    mail = EmailMessage(policy=SMTP)
    mail["X-Unsent"] = "1"  # Outlook opens it to be sent, and not as one that was received
    mail["To"] = Address(" ".join(student.name.split()), addr_spec=_in_ascii(student.email))
    mail["Subject"] = subject
    mail.set_content(body, cte="quoted-printable")
    for file in files:
        main, sub = (mimetypes.guess_type(file.name)[0] or "application/octet-stream").split("/")
        if file.name.endswith(".ipynb"):
            main, sub = "application", "x-ipynb+json"
        mail.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    # Not a random one, so that a draft that is made again is the same file.
    mail.set_boundary(f"prepkit-{content_digest(body.encode() + student.student_id.encode())}")
    return mail.as_bytes()


def _no_address(student: Student, shared: Counter[str]) -> str:
    """Return why a student can't be written to; an empty text if they can."""
    address = student.email
    if not address:
        return "the roster has no e-mail address"
    if not _ADDRESS.fullmatch(address) or not _in_ascii(address).isascii():
        return f"'{address}' is not an e-mail address"
    if shared[address.casefold()] > 1:
        return f"another student has the same address, {address}; one would get the other's files"
    return ""


def _in_ascii(address: str) -> str:
    """Return an address whose part after the @ is as mail servers write it."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def _known(output: Output) -> dict[str, list[str]]:
    """Return the digests of the drafts that were written there before, by name."""
    try:
        found = json.loads(output.read(MADE) or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _about(student: Student, text: MailText, files: Sequence[Attachment]) -> list[str]:
    told = []
    if lacking := text.lacking(student):
        names = ", ".join(f"{{{name}}}" for name in lacking)
        told.append(f"{student.student_id}.eml: the roster has nothing for {names}.")
    size = sum(len(file.content) for file in files)
    if size > LARGE:
        told.append(
            f"{student.student_id}.eml: its files have {size // 1_000_000} MB; many mail servers"
            " refuse that."
        )
    return told
