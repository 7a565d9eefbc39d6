"""A text without what hides its words: invisible characters, markup, look-alike letters. Pure.

Two texts that look the same to a reader become the same words, and the same letters.
"""

from __future__ import annotations

import re
import string
import unicodedata
from functools import lru_cache
from html import unescape

# The letters that look like a Latin one, from the list of Unicode Technical Standard 39
# (confusables.txt, version 14): those of Cyrillic, Greek, Armenian, Cherokee, Coptic and of Latin
# itself whose prototype is one letter. Small letters in the shape of small capitals are added.
# What compatibility normalization (NFKC) turns into Latin letters needs no entry.
_LOOK_ALIKES = {
    "a": "\u0251\u0391\u03b1\u0410\u0430\u13aa\u1d00",
    "b": "\u0184\u0299\u0392\u0412\u042c\u0432\u13cf\u13f4\ua7b4",
    "c": "\u03f2\u03f9\u0421\u0441\u13df\u1d04\u2ca4\u2ca5\uabaf",
    "d": "\u0501\u13a0\u13e7\u1d05",
    "e": "\u0395\u03b5\u0415\u0435\u04bd\u13ac\u1d07\uab32",
    "f": "\u03dc\u0493\u0584\u1e9d\ua798\ua799\uab35",
    "g": "\u018d\u0261\u0262\u050c\u0581\u13c0\u13f3\u1d83",
    "h": "\u029c\u0397\u041d\u043d\u04bb\u0570\u13bb\u13c2\u2c8e",
    "i": ("\u0131\u0269\u026a\u037a\u0399\u03b9\u0406\u0456\u04cf\u13a5\u1fbe\u2c92\ua647\uab75"),
    "j": "\u037f\u03f3\u0408\u0458\u13ab\u1d0a\ua7b2",
    "k": "\u039a\u03ba\u041a\u043a\u13e6\u1d0b\u2c94",
    "l": "\u0196\u01c0\u029f\u04c0\u13de\u2cd0",
    "m": "\u039c\u03fa\u041c\u043c\u13b7\u1d0d\u2c98",
    "n": "\u0274\u039d\u03b7\u0578\u057c\u2c9a",
    "o": "\u039f\u03bf\u03c3\u041e\u043e\u0555\u0585\u1d0f\u1d11\u2c9e\u2c9f\uab3d",
    "p": "\u03a1\u03c1\u03f1\u0420\u0440\u13e2\u1d18\u2ca2\u2ca3",
    "q": "\u051b\u0563\u0566",
    "r": "\u01a6\u0280\u0433\u13a1\u13d2\u1d26\u2c85\uab47\uab48\uab81",
    "s": "\u01bd\u0405\u0455\u054f\u13d5\u13da\ua731\uabaa",
    "t": "\u03a4\u03c4\u0422\u0442\u13a2\u1d1b\u2ca6",
    "u": "\u028b\u03c5\u054d\u057d\u1d1c\ua79f\uab4e\uab52",
    "v": "\u03bd\u0474\u0475\u13d9\u1d20\uaba9",
    "w": "\u026f\u03c9\u0461\u051c\u051d\u0561\u13b3\u13d4\u1d21\uab83",
    "x": "\u03a7\u0425\u0445\u2cac\ua7b3",
    "y": (
        "\u0263\u028f\u03a5\u03b3\u03d2\u0423\u0443\u04ae\u04af\u13a9\u13bd\u1d8c\u1eff\u2ca8\uab5a"
    ),
    "z": "\u0396\u13c3\u1d22\uab93",
}
_TO_LATIN = str.maketrans(
    {each: latin for latin, all_of in _LOOK_ALIKES.items() for each in all_of}
)

# What Unicode calls ignorable, and accents and strokes that are put over a letter.
_UNSEEN = re.compile(
    "[\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\U000e0000-\U000e0fff]"
)
# A single character is a word in scripts that have no spaces between words.
_SINGLE = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_SINGLE}]|[^\W_{_SINGLE}]+")
_LETTERS_OF_WORDS = re.compile(rf"[{_SINGLE}]|[^\W\d_{_SINGLE}]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_MARKED = re.compile(r"(?<=\w)(?:\*{1,3}|~~|`)(?=\w)")
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|[nrt])")
_OPENS = re.compile(r"<!--|<(script|style)\b", re.IGNORECASE)
_CLOSES = {
    "": re.compile("-->"),
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
}
_WITH_ATTRIBUTES = re.compile(r"<[a-zA-Z][^<>=]*=[^<>]*>")
_INLINE = re.compile(
    r"</?(?:a|abbr|b|code|del|em|font|i|ins|kbd|mark|s|small|span|strong|sub|sup|tt|u|wbr)\b[^<>]*>",
    re.IGNORECASE,
)
_MAYBE_INLINE = re.compile(r"</[abcdefikmstuw](?!able|body|head|[dhr]\b)|<wbr", re.IGNORECASE)
_TAG = re.compile(r"<!--|-->|</?[a-zA-Z][^<>]*>")
_PIXELS = re.compile(r"data:image/(?!svg)[\w.+-]+;base64,[A-Za-z0-9+/=\s]+")
_TARGET = re.compile(r"\]\([^()\s]*\)")
_TEX = re.compile(r"\\(?:text[a-z]*|math[a-z]+|mbox|q?quad|emph)\b")

_OTHERS = bytes(set(range(128)) - set(string.ascii_lowercase.encode()))
_SPACES = bytes(each if chr(each).isalnum() else ord(" ") for each in range(128)) + bytes(128)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
# Any other mark, but not the ends of sentences.
_SYMBOL = re.compile(r"[^\w\s\x00-\x7f\u3002\uff01\uff1f]")
# Typographic marks as they are typed, so that most texts become ASCII, which is searched quickly.
_TYPED = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u02bc", "'"),
        **dict.fromkeys("\u201c\u201d", '"'),
        **dict.fromkeys("\u2013\u2014\u2212", "-"),
        # Letters that Unicode doesn't take apart.
        **dict(zip("\u00e6\u00f0\u00f8\u0111\u0127\u0142\u0153", "adodhlo", strict=True)),
        **dict(zip("\u00c6\u00d0\u00d8\u0110\u0126\u0141\u0152", "adodhlo", strict=True)),
        "\u00df": "ss",
    }
)


def fold(text: str) -> str:
    """Return a text in small letters, each look-alike as the Latin letter, nothing invisible.

    Entities and the escapes of JSON and Python are replaced by what they stand for.
    """
    # Twice, because an answer may contain entities itself, which HTML escapes once more.
    plain = unescape(unescape(text)) if "&" in text else text
    if "\\" in plain:
        plain = _ESCAPED.sub(_meant, plain)
    if not plain.isascii():
        plain = _NOT_ASCII.sub(lambda one: _folded(one[0]), plain)
    return plain.lower() if plain.isascii() else plain.casefold()


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    """Return characters beyond ASCII without accents, and look-alikes as Latin letters."""
    # Twice, since the marks of a letter that looks like a Latin one go with it.
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKD", text)).translate(_TO_LATIN)
    plain = unicodedata.normalize("NFKC", plain.translate(_TYPED))
    return _SYMBOL.sub(" ", plain)


def words(folded: str) -> list[str]:
    """Return the words of a folded text; emphasis within a word, as in ``w**or**d``, is no end."""
    if "*" in folded or "`" in folded or "~~" in folded:
        folded = _MARKED.sub("", folded)
    if folded.isascii():
        return folded.encode().translate(_SPACES, b"'").decode().split()
    return _WORD.findall(_APOSTROPHE.sub("", folded))


def words_of_letters(folded: str) -> list[str]:
    """Return the words of a folded text as `letters` has them: without digits."""
    return _LETTERS_OF_WORDS.findall(_APOSTROPHE.sub("", folded))


def letters(folded: str) -> str:
    """Return the letters of a folded text in a row, without anything between them.

    So numbers of lines and rows are gone too, and it doesn't matter how words are cut or joined.
    """
    if folded.isascii():
        return folded.encode().translate(None, _OTHERS).decode()
    return "".join(_LETTERS.findall(folded))


def readings(text: str) -> tuple[str, ...]:
    """Return a text as a browser shows it, and what HTML has that isn't shown, if there is any.

    The data of pictures is left out: it has no words.
    """
    if "data:image/" in text:
        text = _PIXELS.sub(" ", text)
    if "<" not in text:
        return (without_targets(text),)
    shown, unshown = _without_unshown(text)
    hidden = "\n".join([*unshown, *_WITH_ATTRIBUTES.findall(shown)])
    if _MAYBE_INLINE.search(shown):
        shown = _INLINE.sub("", shown)
    shown = without_targets(_TAG.sub("\n", shown))
    return (shown, hidden) if hidden else (shown,)


def _without_unshown(text: str) -> tuple[str, list[str]]:
    """Return HTML without comments, scripts and styles, and these.

    No regular expression of the whole could do it: in a text where many begin and none ends, it
    would look for each end again.
    """
    if not _OPENS.search(text):
        return text, []
    shown: list[str] = []
    unshown: list[str] = []
    place, never_closed = 0, set[str]()
    for opens in _OPENS.finditer(text):
        kind = (opens[1] or "").casefold()
        if opens.start() < place or kind in never_closed:
            continue
        if closes := _CLOSES[kind].search(text, opens.end()):
            shown.append(text[place : opens.start()])
            unshown.append(text[opens.start() : closes.end()])
            place = closes.end()
        else:
            never_closed.add(kind)
    return "".join([*shown, text[place:]]), unshown


def without_targets(text: str) -> str:
    """Return Markdown without the addresses of links and the commands of TeX around its words."""
    if "](" in text:
        text = _TARGET.sub("]", text)
    return _TEX.sub(" ", text) if "\\" in text else text


def _meant(one: re.Match[str]) -> str:
    code = one[1] or one[2]
    return chr(int(code, 16)) if code else "\n"
