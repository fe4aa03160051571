"""Signed association files: finds the JSON inside a CMS (PKCS #7) SignedData wrapper.

iOS 8 wanted the file signed and later versions still take such files (Apple, Support Universal Links,
archived). The signature itself is not verified here: that needs the phone's trust store. Source of the
layout: RFC 5652, sections 3 and 5; ITU-T X.690 for the encoding, definite and indefinite lengths.
"""

from __future__ import annotations

from collections.abc import Iterator

_SEQUENCE, _OBJECT_ID, _OCTET_STRING, _OCTET_STRINGS, _CONTEXT_0 = 0x30, 0x06, 0x04, 0x24, 0xA0
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_MAX_DEPTH = 16


class _EncodingError(ValueError):
    pass


def is_signed(document: bytes) -> bool:
    """Whether the bytes begin like a CMS SignedData structure."""
    return document[:1] == b"\x30" and _SIGNED_DATA in document[:32]


def signed_payload(document: bytes) -> bytes | None:
    """The content that was signed, or None when the wrapper is damaged or the signature is detached."""
    try:
        _, content_info = next(_elements(document))
        (_, object_id), (_, wrapped) = _take(content_info, 2, (_OBJECT_ID, _CONTEXT_0))
        if object_id != _SIGNED_DATA:
            return None
        _, signed_data = next(_elements(wrapped))
        # version, digest algorithms, then the content that was signed.
        _, _, (_, encapsulated) = _take(signed_data, 3, (None, None, _SEQUENCE))
        _, (_, content) = _take(encapsulated, 2, (_OBJECT_ID, _CONTEXT_0))
        return b"".join(_octets(content))
    except (_EncodingError, StopIteration):
        return None


def _take(data: bytes, count: int, tags: tuple[int | None, ...]) -> list[tuple[int, bytes]]:
    elements = _elements(data)
    taken = [next(elements) for _ in range(count)]
    for (tag, _), wanted in zip(taken, tags, strict=True):
        if wanted is not None and tag != wanted:
            raise _EncodingError(f"unexpected tag {tag:#x}")
    return taken


def _octets(data: bytes, depth: int = 0) -> Iterator[bytes]:
    if depth > _MAX_DEPTH:
        raise _EncodingError("nested too deep")
    for tag, value in _elements(data):
        if tag == _OCTET_STRING:
            yield value
        elif tag == _OCTET_STRINGS:
            yield from _octets(value, depth + 1)


def _elements(data: bytes, depth: int = 0) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position < len(data):
        tag, start, end, position = _element(data, position, depth)
        if tag == 0 and start == end:
            return
        yield tag, data[start:end]


def _element(data: bytes, position: int, depth: int) -> tuple[int, int, int, int]:
    """Tag, where the value starts and ends, and where the next element begins."""
    if position + 2 > len(data) or depth > _MAX_DEPTH:
        raise _EncodingError("cut short or nested too deep")
    tag, first = data[position], data[position + 1]
    start = position + 2
    if first == 0x80:
        end = start
        while data[end : end + 2] != b"\x00\x00":
            end = _element(data, end, depth + 1)[3]
        return tag, start, end, end + 2
    length = first
    if first > 0x80:
        width = first & 0x7F
        length = int.from_bytes(data[start : start + width], "big")
        start += width
    if start + length > len(data):
        raise _EncodingError("cut short")
    return tag, start, start + length, start + length
