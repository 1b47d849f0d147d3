"""Bytes to the text of a Python file."""

from __future__ import annotations

import ast
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltd.source import Unreadable, decode_python


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"x = 1\n", "x = 1\n"),
        (b"", ""),
        ("é = 1\n".encode(), "é = 1\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (b"\xef\xbb\xbf# coding: utf-8\nx = 1\n", "# coding: utf-8\nx = 1\n"),
        (b"# coding: latin-1\nx = '\xe9'\n", "# coding: latin-1\nx = 'é'\n"),
        (
            b"#!/usr/bin/python\n# -*- coding: cp1252 -*-\nx = '\x80'\n",
            "#!/usr/bin/python\n# -*- coding: cp1252 -*-\nx = '€'\n",
        ),
        (b"#\xe9\n# vim: set fileencoding=latin-1 :\n", "#é\n# vim: set fileencoding=latin-1 :\n"),
        ("# coding: shift_jis\nx = '日本'\n".encode("shift_jis"), "# coding: shift_jis\nx = '日本'\n"),
        (b"a\r\nb\rc\nd", "a\nb\nc\nd"),
        (b"a = '\x0c'\n\x0cb\n", "a = '\x0c'\n\x0cb\n"),
        (b"\tx\n", "\tx\n"),
        ("x = '\u2028\x85\x1c'\n".encode(), "x = '\u2028\x85\x1c'\n"),
    ],
)
def test_text(data: bytes, text: str) -> None:
    assert decode_python(data) == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("x = 1\n".encode("utf-16"), "not UTF-8: UTF-16 byte order mark"),
        ("x = 1\n".encode("utf-32"), "not UTF-8: UTF-32 byte order mark"),
        ("value = 1\n".encode("utf-16-le"), "not UTF-8: looks like UTF-16"),
        ("value = 1\n".encode("utf-16-be"), "not UTF-8: looks like UTF-16"),
        (b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", "binary: null bytes"),
        (b"x = 1\n\0", "binary: null bytes"),
        (b"x = 1\ny = '\xe9'\n", "not UTF-8: byte 0xe9 on line 2"),
        (b"x = 1\r\r\ny = '\xe9'\n", "not UTF-8: byte 0xe9 on line 3"),
        (b"# coding: klingon\n", "unknown encoding: klingon"),
        (b"# coding: rot13\n", "not an encoding of text: rot13"),
        (b"# coding: punycode\n", "not an encoding of text: punycode"),
        (b"# coding: ascii\n'\xe9'\n", "not ascii as declared: byte 0xe9 on line 2"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "declared as latin-1 but marked as UTF-8"),
    ],
)
def test_unreadable(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        decode_python(data)
    assert caught.value.reason == reason


def test_a_declaration_counts_only_in_the_first_lines_and_before_code() -> None:
    assert decode_python(b"x = 1\n# coding: klingon\n") == "x = 1\n# coding: klingon\n"
    assert decode_python(b"#\n#\n# coding: klingon\n") == "#\n#\n# coding: klingon\n"
    assert decode_python(b"coding = 'x'  # no coding here: klingon?\n")


def test_the_reason_crosses_processes() -> None:
    assert pickle.loads(pickle.dumps(Unreadable("because"))).reason == "because"


@given(st.lists(st.sampled_from(["a", "'''", "\n", "\r", "\r\n", "\x0c", "\x0b", "\x85", "\u2028", "#"]), max_size=30))
def test_lines_are_those_that_python_counts(parts: list[str]) -> None:
    data = ("_ = 0\n" + "".join(parts) + "\nlast = 1\n").encode()
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError):
        return
    if isinstance(last := tree.body[-1], ast.Assign) and ast.unparse(last) == "last = 1":
        assert decode_python(data).split("\n")[last.lineno - 1] == "last = 1"


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_unreadable(data: bytes) -> None:
    try:
        text = decode_python(data)
    except Unreadable:
        return
    assert "\r" not in text
    assert "\0" not in text
