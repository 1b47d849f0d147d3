"""GitHub's line hash: its published vectors, and a slow implementation that rolls as the action does."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mltd.report.line_hash import line_hashes, source_text

ENDING = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
]
VECTORS = [
    ("", ["c129715d7a2bc9a3:1"]),
    (" a\nb\n  \t\tc\n d", ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]),
    (
        " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
        [
            "8b7cf3e952e7aeb2:1",
            "b1ae1287ec4718d9:1",
            "bff680108adb0fcc:1",
            "c6805c5e1288b612:1",
            "b86d3392aea1be30:1",
            "e6ceba753e1a442:1",
        ],
    ),
    (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", ENDING),
    (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", ENDING),
    (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", ENDING),
    (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", ENDING),
    (
        "Lorem ipsum dolor sit amet.\n" * 10,
        [
            *(f"a7f2ff13bc495cf2:{count}" for count in range(1, 7)),
            "a7f2ff1481e87703:1",
            "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1",
            "cc97dc7b1d7d8f7b:1",
            "c129715d7a2bc9a3:1",
        ],
    ),
]


@pytest.mark.parametrize(("text", "expected"), VECTORS)
def test_githubs_own_vectors(text: str, expected: list[str]) -> None:
    assert line_hashes(text) == expected


def rolled(text: str) -> list[str]:
    """One code unit at a time through a ring of 100, each hash told when its line's first unit leaves the ring."""
    window, lines = [0] * 100, [False] * 100
    value, index, line_start, after_cr = 0, 0, True, False
    counts: dict[str, int] = {}
    hashes: list[str] = []

    def tell() -> None:
        digits = format(value % 2**64, "x")
        counts[digits] = counts.get(digits, 0) + 1
        hashes.append(f"{digits}:{counts[digits]}")
        lines[index] = False

    def push(unit: int) -> None:
        nonlocal value, index
        value = value * 37 + unit - window[index] * 37**100
        window[index] = unit
        index = (index + 1) % 100

    data = text.encode("utf-16-le", "surrogatepass")
    for unit in [*(int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)), 65535]:
        if unit in (32, 9) or (after_cr and unit == 10):
            after_cr = False
            continue
        after_cr = unit == 13
        unit = 10 if after_cr else unit
        if lines[index]:
            tell()
        lines[index], line_start = line_start, unit == 10
        push(unit)
    for _ in range(100):
        if lines[index]:
            tell()
        push(0)
    return hashes


lines = st.lists(st.text("ab \t\r\n\ufeff\u2028é😀\x0c", max_size=60), max_size=12).map("\n".join)


@given(lines | st.text(max_size=400))
@example("x" * 99 + "\n" + "y" * 101)
@example("\r\r\n\n\r \n")
@settings(deadline=None)
def test_equals_the_rolling_implementation(text: str) -> None:
    assert line_hashes(text) == rolled(text)


def test_two_different_lines_of_one_hash_are_numbered() -> None:
    first, second = line_hashes("x = bA" + "." * 100 + "\nx = af" + "." * 100)
    assert first.endswith(":1")
    assert second == first.replace(":1", ":2")


def test_text_is_read_as_the_action_reads_it() -> None:
    assert source_text(b"\xef\xbb\xbfa\xff") == "\ufeffa\ufffd"
