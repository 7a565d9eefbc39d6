"""The code pages that spreadsheet programs write, and how plausible a reading in each of them is.

Detectors for any text need more of it than a roster has: of a dozen names, ten have no letter that
could tell. So the question here is smaller: of the code pages of Excel's locales, in which are the
words with such letters all words that a language could have?
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

_ALPHABETS = {
    "German": "äöüß",
    "French": "àâçéèêëîïôûùüœ",
    "Spanish": "áéíóúüñªº",
    "Portuguese": "áâãàçéêíóôõúü",
    "Italian": "àèéìíîòóù",
    "Dutch": "éèëïöüáó",
    "Swedish": "åäöéü",
    "Danish": "æøåéöäü",
    "Icelandic": "áéíóúýðþæö",
    "Slovene": "šž",
    "Polish": "ąćęłńóśźż",
    "Czech": "áčďéěíňóřšťúůýž",
    "Slovak": "áäčďéíĺľňóôŕšťúýž",
    "Hungarian": "áéíóöőúüű",
    "Croatian": "čćđšž",
    "Romanian": "ăâîşţșț",
    "Turkish": "çğıiöşüâî̇",
    "Lithuanian": "ąčęėįšųūž",
    "Latvian": "āčēģīķļņšūž",
    "Estonian": "äõöüšž",
}
_LESS_COMMON = {"Icelandic": 0.6, "Slovene": 0.5, "Estonian": 0.3, "Slovak": 0.2, "Danish": 0.1}

_WEST = (
    *("German", "French", "Spanish", "Portuguese", "Italian", "Dutch", "Swedish", "Danish"),
    *("Icelandic", "Slovene"),
)
_CENTRE = ("Polish", "Czech", "Slovak", "Hungarian", "Croatian", "Romanian", "German")
_TURKISH = ("Turkish", "German", "French", "Spanish", "Swedish")
_BALTIC = ("Lithuanian", "Latvian", "Estonian", "Polish", "German")

_SCRIPTS = {
    "Cyrillic": re.compile("[Ѐ-ԯ]"),
    "Greek": re.compile("[Ͱ-Ͽ]"),
    "Hebrew": re.compile("[א-ת]"),
    "Arabic": re.compile("[ء-ي]"),
    "Thai": re.compile("[฀-๿]"),
    "Japanese": re.compile("[぀-ヿ㐀-鿿々]"),
    "Korean": re.compile("[가-힣]"),
    "Chinese": re.compile("[㐀-鿿]"),
}


# Where the common characters of a character set are, by the first byte.
_COMMON = {
    "gb18030": ("gb2312", 0xB0, 0xD7),
    "cp950": ("big5", 0xA4, 0xC6),
    "cp932": ("shift_jis", 0x81, 0x98),
    "cp949": ("euc_kr", 0xB0, 0xC8),
}


@dataclass(frozen=True, slots=True)
class CodePage:
    """An encoding, and the languages whose names programs write in it."""

    encoding: str
    name: str
    languages: Sequence[str]
    """Alphabets or scripts."""
    rarity: float
    """What it costs that hardly anybody has it; Western Windows costs nothing."""
    of_mac: bool = False


CODE_PAGES = (
    CodePage("cp1252", "Western Windows", _WEST, 0),
    CodePage("mac_roman", "Western Mac", _WEST, 0.6, of_mac=True),
    CodePage("cp1250", "Central European Windows", _CENTRE, 0.6),
    CodePage("cp1254", "Turkish Windows", _TURKISH, 0.6),
    CodePage("cp1251", "Cyrillic Windows", ("Cyrillic",), 0.6),
    CodePage("cp1253", "Greek Windows", ("Greek",), 0.6),
    CodePage("cp1257", "Baltic Windows", _BALTIC, 0.9),
    CodePage("cp850", "Western DOS", _WEST, 0.9),
    CodePage("cp1255", "Hebrew Windows", ("Hebrew",), 0.9),
    CodePage("cp1256", "Arabic Windows", ("Arabic",), 0.9),
    CodePage("cp874", "Thai Windows", ("Thai",), 0.9),
    CodePage("cp932", "Japanese Windows", ("Japanese",), 0.6),
    CodePage("gb18030", "Chinese Windows", ("Chinese",), 0.6),
    CodePage("cp949", "Korean Windows", ("Korean",), 0.6),
    CodePage("cp950", "Traditional Chinese Windows", ("Chinese",), 0.9),
    CodePage("cp852", "Central European DOS", _CENTRE, 1.2),
    CodePage("cp866", "Cyrillic DOS", ("Cyrillic",), 1.2),
    CodePage("mac_latin2", "Central European Mac", _CENTRE, 1.2, of_mac=True),
    CodePage("mac_cyrillic", "Cyrillic Mac", ("Cyrillic",), 1.2, of_mac=True),
    CodePage("mac_turkish", "Turkish Mac", _TURKISH, 1.2, of_mac=True),
    CodePage("mac_greek", "Greek Mac", ("Greek",), 1.2, of_mac=True),
)

_LINES = 300
"""How many lines are looked at: enough to tell, and a long roster costs no more."""

_BEYOND_ASCII = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_WORD = re.compile(r"[^ \t\r\n,;|\"]*[^\x00-\x7f][^ \t\r\n,;|\"]*")
_QUOTES = "“”‘’‚„«»‹›–—…"
_SIGNS = "•·€£¥©®™°§½¼¾²³±×¡¿º\xa0ª´`¨"
_OPENING = "“‘„‚«‹"
_APOSTROPHE = re.compile(r"(?:^|\W)\w{1,2}’(?=\w)|’(?=[A-Z]|s\b|t\b)")
_SIGN_AT_LETTER = re.compile(rf"[{_SIGNS}][^\W\d_]|[^\W\d_][{_SIGNS}]")
_VOWEL = re.compile("[aeiouyæœøаеиоуыэюяіє]")

# What the letters of a script only do in the wrong reading.
_IMPLAUSIBLE = {
    "Portuguese": re.compile("õ(?!e)|ã(?![oe]|$)"),
    "Cyrillic": re.compile("^[а-яѐ-џ]|[а-яѐ-џ][А-Я]|[ЂЃѓЉЊЌЏђљњќџЎўЈҐґЅѕ]"),
    "Greek": re.compile("^[ά-ώΰ]|σ$|ς(?=.)|[ΰΐ]|[α-ώ][Α-Ω]|^[^άέήίόύώΆΈΉΊΌΎΏ]*[α-ω][^άέήίόύώ]*$"),
    "Hebrew": re.compile("[ךםןףץ](?=.)"),
    "Thai": re.compile("^[^ก-ฮเ-ไ]|[๏-๛ฺฯ]"),
    "Korean": re.compile(
        "^[^김이박최정강조윤장임한오서신권황안송류홍전고문손양배백허유남심노하곽성차주우구나민진지엄]"
    ),
    "Chinese": re.compile(
        "^[^王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁"
        "邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝"
        "孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文]"
    ),
}

_NO_WORD = 3.0
_ODD = 2.0
_UNLIKELY = 0.5
_RARE = 0.7
_SIGN = 0.3
_ANOTHER_LANGUAGE = 1.0


@dataclass(frozen=True)
class Reading:
    """The lines that tell code pages apart, as one of them has them."""

    page: CodePage
    text: str
    mac: bool
    """Whether the lines end as only old Mac programs end them."""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words with letters beyond ASCII, each once."""
        return tuple(dict.fromkeys(_WORD.findall(self.text)))

    @cached_property
    def cost(self) -> float:
        """How implausible this reading is; under one for each word if it is right."""
        fits: list[frozenset[str]] = []
        cost = self.page.rarity + (0.0 if self.mac == self.page.of_mac else 1.0 * self.mac)
        for word in self.words:
            odd, languages = _look_at(word, self.page)
            cost += odd
            if languages is not None:
                fits.append(languages)
        return cost + _languages_needed(fits)

    @property
    def is_plausible(self) -> bool:
        """Whether most words could be words."""
        return self.cost < 2 + len(self.words)


def readings(content: bytes) -> list[Reading]:
    """Return the ways to read a text that isn't Unicode, the most plausible first."""
    mac = b"\r" in content and b"\n" not in content
    lines = b"\n".join(islice(dict.fromkeys(_BEYOND_ASCII.findall(content)), _LINES))
    found: dict[str, Reading] = {}
    for page in CODE_PAGES:
        try:
            content.decode(page.encoding)
        except UnicodeDecodeError:
            continue
        text = lines.decode(page.encoding)
        if not re.search("[\x00-\x08\x0e-\x1f\x7f-\x9f]", text):
            reading = Reading(page, text, mac)
            before = found.get(text)
            found[text] = min(before or reading, reading, key=lambda each: each.cost)
    return sorted(found.values(), key=lambda each: each.cost)


def _look_at(word: str, page: CodePage) -> tuple[float, frozenset[str] | None]:
    """Return what is odd about a word, and the languages that could have it; None for a sign."""
    cost = _ODD if _SIGN_AT_LETTER.search(word) or word[-1] in _OPENING else 0.0
    core = word.strip(f"{_QUOTES}{_SIGNS}()[]{{}}<>.:!?/\\'*-_#&+=%0123456789")
    core = _APOSTROPHE.sub(lambda found: found[0].replace("’", ""), core)
    if core.isascii():
        return cost + _SIGN, None
    if not all(each.isascii() or unicodedata.category(each)[0] in "LM" for each in core):
        return cost + _NO_WORD, None
    languages = frozenset(each for each in page.languages if _is_of(each, core))
    if not languages:
        return cost + _NO_WORD, None
    unlikely = {each for each in languages if each in _IMPLAUSIBLE}
    if unlikely == languages and all(_IMPLAUSIBLE[each].search(core) for each in unlikely):
        cost += _UNLIKELY
    if not languages.isdisjoint(_ALPHABETS) and _is_misspelt(core):
        cost += _ODD
    if not core[0].isascii() and core[0].islower():
        cost += _UNLIKELY
    return cost + _rare_characters(core, page), languages


def _is_misspelt(word: str) -> bool:
    """Tell whether a word has a capital in its middle, or no vowel."""
    for before, each, after in zip(word, word[1:], f"{word[2:]}.", strict=False):
        if not each.isascii() and each.isupper() and (before.islower() or after.islower()):
            return True
    return len(word) > 2 and not _VOWEL.search(_plain(word))


def _plain(word: str) -> str:
    return "".join(
        each
        for each in unicodedata.normalize("NFD", word.lower())
        if not unicodedata.combining(each)
    )


def _is_of(language: str, word: str) -> bool:
    script = _SCRIPTS.get(language)
    if script:
        return all(script.match(each) for each in word if each not in "-ー")
    return all(each.isascii() or each in _ALPHABETS[language] for each in word.lower())


def _rare_characters(word: str, page: CodePage) -> float:
    """Return what it costs that a word has characters that hardly any name has."""
    if page.encoding not in _COMMON:
        return 0.0
    charset, first, last = _COMMON[page.encoding]
    rare = 0
    for each in re.findall("[㐀-鿿가-힣ｦ-ﾟ]", word):
        try:
            rare += not first <= each.encode(charset)[0] <= last
        except UnicodeEncodeError:
            rare += 1
    return _RARE * rare


def _languages_needed(fits: Iterable[frozenset[str]]) -> float:
    """Return what the languages cost that are needed for all words."""
    left = [each for each in fits if each]
    cost, needed = 0.0, 0
    while left:
        known = sorted({language for each in left for language in each})
        best = max(
            known,
            key=lambda name: sum(name in each for each in left) - _LESS_COMMON.get(name, 0.0),
        )
        cost += _LESS_COMMON.get(best, 0.0) + _ANOTHER_LANGUAGE * (needed > 0)
        needed += 1
        left = [each for each in left if best not in each]
    return cost
