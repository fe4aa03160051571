"""Signed association files: real CMS made with a real key, the streamed encoding, and damage."""

from __future__ import annotations

import datetime
import json
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.handoff import aasa
from dropcheck.handoff.aasa_signature import is_signed, signed_payload

PAYLOAD = json.dumps(
    {"applinks": {"details": [{"appIDs": ["A.b"], "components": [{"/": "/a", "comment": "x" * 300}]}]}}
).encode()
URL = "https://www.example.com/a"


@cache
def signed(*options: PKCS7Options) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "www.example.com")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=30))
        .sign(key, SHA256())
    )
    builder = PKCS7SignatureBuilder().set_data(PAYLOAD).add_signer(certificate, key, SHA256())
    return builder.sign(Encoding.DER, [PKCS7Options.Binary, *options])


def streamed(chunks: list[bytes]) -> bytes:
    """The same structure as tools write it that sign while reading: lengths left open, content in pieces."""
    open_end = b"\x00\x00"
    pieces = b"".join(b"\x04\x82" + len(chunk).to_bytes(2, "big") + chunk for chunk in chunks)
    content = b"\x24\x80" + pieces + open_end
    data = bytes.fromhex("06092a864886f70d010701")
    signed_data = bytes.fromhex("020101 3100") + b"\x30\x80" + data + b"\xa0\x80" + content + open_end * 2
    return (
        b"\x30\x80"
        + bytes.fromhex("06092a864886f70d010702")
        + b"\xa0\x80\x30\x80"
        + signed_data
        + open_end * 3
    )


def test_a_signed_file_is_recognised_and_its_json_read() -> None:
    assert is_signed(signed())
    assert signed_payload(signed()) == PAYLOAD
    answer = aasa.match(signed(), URL, "A.b")
    assert (answer.result, answer.signed) == (aasa.AasaResult.MATCH, True)


def test_content_that_was_streamed_in_pieces_is_put_together() -> None:
    assert signed_payload(streamed([PAYLOAD[:100], PAYLOAD[100:]])) == PAYLOAD
    assert aasa.match(streamed([PAYLOAD]), URL, "A.b").result is aasa.AasaResult.MATCH


def test_an_unsigned_file_is_not_taken_for_a_signed_one() -> None:
    assert not is_signed(PAYLOAD)
    assert aasa.match(PAYLOAD, URL, "A.b").signed is False


def test_a_detached_signature_has_no_file_in_it() -> None:
    answer = aasa.match(signed(PKCS7Options.DetachedSignature), URL, "A.b")
    assert answer.result is aasa.AasaResult.INVALID
    assert "signed" in answer.reason


@pytest.mark.parametrize("length", [30, 60, 200])
def test_a_signed_file_cut_short_is_invalid(length: int) -> None:
    assert signed_payload(signed()[:length]) is None
    assert aasa.match(signed()[:length], URL, "A.b").result is aasa.AasaResult.INVALID


def test_nesting_without_end_is_refused() -> None:
    assert signed_payload(b"\x30\x80" * 5000) is None


@given(position=st.integers(min_value=0), value=st.integers(min_value=0, max_value=255))
def test_no_changed_byte_makes_reading_raise(position: int, value: int) -> None:
    for original in (signed(), streamed([PAYLOAD])):
        changed = bytearray(original)
        changed[position % len(changed)] = value
        assert aasa.match(bytes(changed), URL).result in set(aasa.AasaResult)
