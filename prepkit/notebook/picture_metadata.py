"""What a picture's file says beside its pixels is removed: place, camera, names, comments. Pure.

The pixels are not encoded anew: parts of the file are left out, and the others stay byte for byte.
What decides how the pixels look stays: the colour profile, and which way is up. A well-kept library
encodes JPEGs anew (Pillow) or is a program of its own (ExifTool, jpegtran), and these formats are
short lists of parts.
"""

from __future__ import annotations

import struct
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator

_PNG = b"\x89PNG\r\n\x1a\n"
# Everything that the standard (third edition) has and that decides what is seen.
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT"
    b" acTL fcTL fdAT".split()
)
_WEBP_KEPT = frozenset([b"VP8 ", b"VP8L", b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH"])
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04
# How often an animation is played, and a colour profile.
_GIF_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")
_EXIF = b"Exif\0\0"
_NO_EXIF = b"MM\0*\0\0\0\x08\0\0\0\0\0\0"
_ORIENTATION = 0x0112
# The Exif that `_upright` writes, up to the number that says which way is up.
_TURNED = struct.pack(">2sHIHHHI", b"MM", 42, 8, 1, _ORIENTATION, 3, 1)
_HEAD = 1 << 16


def without_metadata(raw: bytes) -> bytes:
    """Return a PNG, JPEG, GIF, WebP or AVIF without its metadata; other files as they are.

    What comes after the end of a picture is left out too. Of a file that is cut off, the parts
    before that stay.

    Raises
    ------
    ValueError
        If the file is damaged in such a way that it can't be read as a list of parts.
    """
    try:
        if raw.startswith(_PNG):
            return _png(raw)
        if raw.startswith(b"\xff\xd8"):
            return _jpeg(raw)
        if raw.startswith((b"GIF87a", b"GIF89a")):
            return _gif(raw)
        if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP":
            return _webp(raw)
        if raw[4:8] == b"ftyp":
            return _avif(raw)
    except (IndexError, struct.error):
        raise ValueError("the picture is damaged") from None
    return raw


def orientation(raw: bytes) -> int:
    """Return which way is up, as Exif counts it (1 to 8), in a result of `without_metadata`."""
    place = raw.find(_TURNED, 0, _HEAD)
    found = raw[place + len(_TURNED) + 1] if 0 <= place < len(raw) - len(_TURNED) - 1 else 1
    return found if 2 <= found <= 8 else 1


def is_animation(raw: bytes) -> bool:
    """Return whether a GIF, WebP or PNG that isn't damaged has more than one picture."""
    if raw.startswith(_PNG):
        return b"acTL" in raw[:_HEAD]
    if raw.startswith(b"RIFF"):
        return b"ANIM" in raw[:64]
    if not raw.startswith(b"GIF8"):
        return False
    place, pictures = 13 + _colours(raw, 10), 0
    while place < len(raw) and raw[place] in (0x21, 0x2C):
        if raw[place] == 0x21:
            place = _end_of_blocks(raw, place + 2)
        else:
            pictures += 1
            place = _end_of_blocks(raw, place + 11 + _colours(raw, place + 9))
    return pictures > 1


def base64_without_metadata(code: str) -> str:
    """Return a picture in base64 without its metadata; as it was if it has none.

    Raises
    ------
    ValueError
        If it is not base64, or as `without_metadata`.
    """
    plain = "".join(code.split()).rstrip("=")
    raw = b64decode(plain + "=" * (-len(plain) % 4), validate=True)  # as forgiving as browsers are
    clean = without_metadata(raw)
    return code if clean == raw else b64encode(clean).decode()


def _png(raw: bytes) -> bytes:
    kept = [_PNG]
    place = len(_PNG)
    while place + 8 <= len(raw):
        length, kind = int.from_bytes(raw[place : place + 4], "big"), raw[place + 4 : place + 8]
        end = place + 12 + length
        if kind in _PNG_KEPT:
            kept.append(raw[place:end])
        elif kind == b"eXIf" and (exif := _upright(raw[place + 8 : end - 4])):
            check = zlib.crc32(kind + exif).to_bytes(4, "big")
            kept.append(len(exif).to_bytes(4, "big") + kind + exif + check)
        place = end
        if kind == b"IEND":
            break
    return b"".join(kept)


def _jpeg(raw: bytes) -> bytes:
    kept = [raw[:2]]
    place = 2
    while place + 2 <= len(raw):
        if raw[place] != 0xFF:
            break
        marker = raw[place + 1]
        if marker == 0xFF:  # a byte to fill up
            place += 1
            continue
        if marker == 0xD9:
            kept.append(raw[place : place + 2])
            break
        end = place + 2 + int.from_bytes(raw[place + 2 : place + 4], "big")
        body = raw[place + 4 : end]
        if marker == 0xDA:  # a scan: its pixels follow, without a length
            end = _end_of_scan(raw, end)
            kept.append(raw[place:end])
        elif marker == 0xE1 and body.startswith(_EXIF):
            if exif := _upright(body[len(_EXIF) :]):
                length = (2 + len(_EXIF) + len(exif)).to_bytes(2, "big")
                kept.append(b"\xff\xe1" + length + _EXIF + exif)
        elif marker == 0xE0 and body.startswith(b"JFIF\0"):
            # Without the small picture in it, which may show what was cut off later.
            kept.append(b"\xff\xe0\0\x10" + body[:12] + b"\0\0")
        elif _is_seen(marker, body):
            kept.append(raw[place:end])
        place = end
    return b"".join(kept)


def _is_seen(marker: int, body: bytes) -> bool:
    """Return whether a part of a JPEG decides what is seen."""
    if marker == 0xE2:
        return body.startswith(b"ICC_PROFILE\0")
    if marker == 0xEE:
        return body.startswith(b"Adobe")
    return marker != 0xFE and not 0xE0 <= marker <= 0xEF


def _end_of_scan(raw: bytes, place: int) -> int:
    """Return where the pixels of a scan of a JPEG end."""
    while True:
        place = raw.find(b"\xff", place)
        if place < 0 or place + 1 >= len(raw):
            return len(raw)
        if raw[place + 1] == 0 or 0xD0 <= raw[place + 1] <= 0xD7:  # of the pixels
            place += 2
        elif raw[place + 1] == 0xFF:
            place += 1
        else:
            return place


def _gif(raw: bytes) -> bytes:
    place = 13 + _colours(raw, 10)
    kept = [raw[:place]]
    while place < len(raw):
        start, kind = place, raw[place]
        if kind == 0x21:
            label = raw[place + 1 : place + 2]
            place = _end_of_blocks(raw, place + 2)
            name = raw[start + 3 : start + 14]
            if label == b"\xf9" or (label == b"\xff" and name in _GIF_KEPT):
                kept.append(raw[start:place])
        elif kind == 0x2C:
            place += 10 + _colours(raw, place + 9) + 1
            place = _end_of_blocks(raw, place)
            kept.append(raw[start:place])
        else:
            kept.append(raw[start : start + 1] if kind == 0x3B else b"")
            break
    return b"".join(kept)


def _colours(raw: bytes, place: int) -> int:
    """Return the size of the table of colours that the flags at a place of a GIF announce."""
    flags = raw[place] if place < len(raw) else 0
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_blocks(raw: bytes, place: int) -> int:
    while place < len(raw) and raw[place]:
        place += 1 + raw[place]
    return place + 1


def _webp(raw: bytes) -> bytes:
    kept: list[bytes] = []
    exif = b""
    for kind, body in _riff_chunks(raw):
        if kind == b"EXIF":
            exif = _upright(body.removeprefix(_EXIF))
        elif kind in _WEBP_KEPT:
            kept.append(_riff_chunk(kind, body))
    if kept and kept[0].startswith(b"VP8X"):
        flags = kept[0][8] & ~_WEBP_XMP & ~_WEBP_EXIF
        if exif:
            flags |= _WEBP_EXIF
            kept.append(_riff_chunk(b"EXIF", exif))
        kept[0] = kept[0][:8] + bytes([flags]) + kept[0][9:]
    content = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(content).to_bytes(4, "little") + content


def _riff_chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 12
    while place + 8 <= len(raw):
        length = int.from_bytes(raw[place + 4 : place + 8], "little")
        yield raw[place : place + 4], raw[place + 8 : place + 8 + length]
        place += 8 + length + length % 2


def _riff_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)


def _upright(tiff: bytes) -> bytes:
    """Return Exif that says which way is up and nothing else; nothing if the picture is upright."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return b""
    first = struct.unpack_from(f"{order}I", tiff, 4)[0]
    count = struct.unpack_from(f"{order}H", tiff, first)[0] if first + 2 <= len(tiff) else 0
    for place in range(first + 2, min(first + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, place)
        if (tag, kind) == (_ORIENTATION, 3) and 2 <= value <= 8:
            return _TURNED + struct.pack(">HHI", value, 0, 0)
    return b""


def _avif(raw: bytes) -> bytes:
    """Return an AVIF whose Exif and XMP are empty, but as long as before.

    Its parts name places in the file, so none may move. Which way is up is said elsewhere in it.
    """
    content = bytearray(raw)
    for kind, start, end in _boxes(raw, 0, len(raw)):
        if kind == b"meta":
            for is_exif, first, last in _said_in(raw, start + 4, end):
                length = max(0, min(last, len(raw)) - first)
                # Four bytes say where Exif begins; decoders refuse a picture whose Exif is none.
                empty = b"\0\0\0\0" + _NO_EXIF if is_exif else b""
                content[first:last] = empty[:length].ljust(length, b"\0" if is_exif else b" ")
        elif kind == b"uuid":
            content[start:end] = bytes(end - start)
    return bytes(content)


def _boxes(raw: bytes, place: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the kinds of the boxes between two places, and where the content of each is."""
    while place + 8 <= end:
        length, start = int.from_bytes(raw[place : place + 4], "big"), place + 8
        kind = raw[place + 4 : place + 8]
        if length == 1:
            length, start = int.from_bytes(raw[start : start + 8], "big"), start + 8
        last = place + length if length else end
        if last <= place or last > end:
            return
        yield kind, start, last
        place = last


def _said_in(raw: bytes, place: int, end: int) -> Iterator[tuple[bool, int, int]]:
    """Yield where the Exif (True) and the XMP of an AVIF are, by the lists in its ``meta`` box."""
    inside = {kind: (start, last) for kind, start, last in _boxes(raw, place, end)}
    if not {b"iinf", b"iloc"} <= inside.keys():
        return
    start, last = inside[b"iinf"]
    said: dict[int, bool] = {}
    for kind, first, _ in _boxes(raw, start + (6 if raw[start] == 0 else 8), last):
        if kind == b"infe":
            size = 2 if raw[first] < 3 else 4
            item = raw[first + 6 + size : first + 10 + size]
            if item in (b"Exif", b"mime"):
                said[int.from_bytes(raw[first + 4 : first + 4 + size], "big")] = item == b"Exif"
    base = inside.get(b"idat", (0, 0))[0]
    for number, in_idat, first, length in _locations(raw, *inside[b"iloc"]):
        if number in said:
            yield said[number], first + base * in_idat, first + base * in_idat + length


def _locations(raw: bytes, place: int, end: int) -> Iterator[tuple[int, bool, int, int]]:
    """Yield the items of an ``iloc`` box: number, whether it is in ``idat``, place and length."""
    version = raw[place]
    sizes = [raw[place + 4] >> 4, raw[place + 4] & 15, raw[place + 5] >> 4, raw[place + 5] & 15]
    place += 6

    def read(size: int) -> int:
        nonlocal place
        place += size
        return int.from_bytes(raw[place - size : place], "big")

    for _ in range(read(2 if version < 2 else 4)):
        number = read(2 if version < 2 else 4)
        in_idat = version > 0 and read(2) & 15 == 1
        read(2)
        base = read(sizes[2])
        for _ in range(read(2)):
            if version > 0:
                read(sizes[3])
            first = base + read(sizes[0])
            yield number, in_idat, first, read(sizes[1])
        if place > end:
            return
