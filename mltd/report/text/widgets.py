"""The small parts that the terminal report is made of: words for numbers, safe text, wrapped and aligned lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from mltd.report.text.look import Look

__all__ = [
    "about",
    "bars",
    "beside",
    "brief",
    "clean",
    "count",
    "duration",
    "first_sentence",
    "hang",
    "label",
    "number",
    "opposite",
    "packed",
    "percent",
    "prose",
    "shortened",
]

#: What would move the cursor, hide text or turn its direction round; lone surrogates cannot be written at all.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_EIGHTHS = " ▏▎▍▌▋▊▉"
_NAMES = {"anti_patterns": "anti-patterns", "api_misuse": "API misuse"}
_MEASURE = Console(width=80, color_system=None, legacy_windows=False, _environ={})


def clean(text: str) -> str:
    """Text that a terminal shows and never obeys: tabs as four columns, what is unsafe as its escape."""
    return _UNSAFE.sub(lambda match: _escaped(match[0]), text.expandtabs(4) if "\t" in text else text)


def number(value: int) -> str:
    """``1,204``."""
    return f"{value:,}"


def count(value: int, noun: str, plural: str = "") -> str:
    """``1 file``, ``2 files``."""
    return f"{number(value)} {noun if value == 1 else plural or noun + 's'}"


def duration(minutes: int) -> str:
    """Minutes as people plan: ``45 min``, ``9 h 20 min``, from two working days of eight hours on ``3 days 4 h``."""
    hours, rest = divmod(minutes, 60)
    if minutes < 60:
        return f"{minutes} min"
    if hours < 16:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days, hours = divmod((minutes + 30) // 60, 8)
    return f"{number(days)} days {hours} h" if hours and days < 100 else f"{number(days)} days"


def about(minutes: int) -> str:
    """A duration in its largest unit alone, never less than one of it: ``45 min``, ``9 h``, ``24 days``."""
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 16 * 60:
        return f"{round(minutes / 60)} h"
    return f"{round(minutes / 480):,} days"


def brief(minutes: int) -> str:
    """Minutes where room is short: ``45 min``, ``7.5 h``, ``12.3 d``."""
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 16 * 60:
        return f"{minutes / 60:.1f} h"
    return f"{minutes / 480:,.1f} d"


def percent(ratio: float) -> str:
    """``7.8 %``, ``24 %``; never a zero for what is something."""
    if 0 < ratio < 0.0005:
        return "under 0.1 %"
    return f"{ratio * 100:.1f} %" if ratio < 0.0995 else f"{ratio * 100:,.0f} %"


def label(name: str) -> str:
    """A category or value as people write it."""
    return _NAMES.get(name, name.replace("_", " "))


def first_sentence(message: str) -> str:
    """The part of a message that stands alone."""
    return re.split(r"(?<=[.!?;])\s", message.strip(), maxsplit=1)[0].rstrip(";")


def prose(message: str, look: Look, style: str = "") -> Text:
    """A message on one line, its code in bold where styles are welcome, in backticks where not."""
    message = clean(" ".join(message.split()))
    if not look.ansi:
        return Text(message)
    text = Text(style=style)
    for index, part in enumerate(re.split(r"`([^`]+)`", message)):
        text.append(part, "bold" if index % 2 else None)
    return text


def hang(prefix: Text, body: Text, width: int) -> list[Text]:
    """The body wrapped beside its prefix; below it, four columns in, where the prefix leaves no room."""
    indent = prefix.cell_len
    room = width - indent
    if room < 20 and body.cell_len > room:
        indent = min(4, indent)
        return [prefix, *(Text(" " * indent).append_text(line) for line in _wrapped(body, width - indent))]
    lines = _wrapped(body, max(room, 1))
    return [
        Text().append_text(Text(" " * indent) if index else prefix).append_text(line)
        for index, line in enumerate(lines)
    ]


def packed(items: Sequence[str], look: Look, width: int) -> list[Text]:
    """The items one after the other, broken only between them."""
    lines: list[str] = []
    for item in items:
        if lines and cell_len(lines[-1] + look.dot + item) <= width:
            lines[-1] += look.dot + item
        else:
            lines.append(item)
    return [Text(line) for line in lines]


def shortened(lines: list[Text], most: int, look: Look) -> list[Text]:
    """At most so many lines; the last of them says that there was more."""
    if len(lines) <= most:
        return lines
    last = lines[most - 1].copy()
    last.rstrip()
    last.truncate(look.page - len(look.ellipsis))
    return [*lines[: most - 1], last.append(look.ellipsis)]


def opposite(left: Text, right: Text, width: int, fill: str = " ") -> list[Text]:
    """The left at the left edge and the right at the right one; below each other where both do not fit."""
    room = width - left.cell_len - right.cell_len
    if room < 2:
        return [left, *hang(Text(" " * max(2, width - right.cell_len)), right, max(width, 4))]
    line = Text().append_text(left)
    if room > 4 and fill != " ":
        return [line.append(f" {fill * (room - 2)} ", "dim").append_text(right)]
    return [line.append(" " * room).append_text(right)]


def bars(tables: Sequence[tuple[Mapping[str, int], str]], width: int, look: Look) -> list[list[Text]]:
    """Tables of minutes by name, each with its colour, as bars of one scale: the longest first, all aligned.

    A bar is never shorter than a visible sliver; where there is no room for bars, names and times stand alone.
    """
    names = max((cell_len(label(name)) for parts, _ in tables for name in parts), default=0)
    times = max((len(brief(minutes)) for parts, _ in tables for minutes in parts.values()), default=0)
    longest = max((minutes for parts, _ in tables for minutes in parts.values()), default=1)
    room = min(width - names - times - 4, 40)
    blocks = []
    for parts, colour in tables:
        block = []
        for name, minutes in sorted(parts.items(), key=lambda part: (-part[1], part[0])):
            line = Text(set_cell_size(label(name), names) + "  ")
            if room >= 3:
                line.append(set_cell_size(_bar(minutes / longest, room, look), room), colour).append("  ")
            block.append(line.append(brief(minutes).rjust(times)))
        blocks.append(block)
    return blocks


def beside(blocks: Sequence[list[Text]], widths: Sequence[int], gap: int = 4) -> list[Text]:
    """Blocks of lines in columns of these widths."""
    height = max((len(block) for block in blocks), default=0)
    lines = []
    for index in range(height):
        line = Text()
        for block, width in zip(blocks, widths, strict=True):
            cell = block[index] if index < len(block) else Text()
            line.append_text(cell).append(" " * max(gap, width + gap - cell.cell_len))
        lines.append(line)
    return lines


def _bar(share: float, room: int, look: Look) -> str:
    if not look.unicode:
        return "#" * max(1, round(share * room))
    full, eighth = divmod(max(1, round(share * room * 8)), 8)
    return "█" * full + (_EIGHTHS[eighth] if eighth else "")


def _wrapped(body: Text, width: int) -> list[Text]:
    lines = list(body.wrap(_MEASURE, width))
    for line in lines:
        line.rstrip()
    return lines or [Text()]


def _escaped(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
