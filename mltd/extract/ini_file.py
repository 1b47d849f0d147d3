"""INI: sections of options, all values text."""

from __future__ import annotations

import configparser
import re

from mltd.extract.data import Path, datum
from mltd.extract.text import count_lines, decode
from mltd.facts import DataFacts
from mltd.source.decode import Unreadable

__all__ = ["read"]

_OPTION = re.compile(r"(?P<name>.*?)\s*[=:]")
#: No file has a section of this name, so ``[DEFAULT]`` stays a section like the others.
_NO_SECTION = "\0"


def read(data: bytes) -> DataFacts:
    """The facts of an INI file: a mapping of sections to mappings of options to texts (None for an option alone).

    Names keep their case; nothing is interpolated; of a repeated option the last counts. Raises
    :class:`Unreadable`.
    """
    text = decode(data)
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True, default_section=_NO_SECTION)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(text)
    except configparser.MissingSectionHeaderError as error:
        raise Unreadable(f"not INI: no section before line {error.lineno}") from None
    except configparser.ParsingError as error:
        raise Unreadable(f"not INI: cannot be parsed on line {error.errors[0][0]}") from None
    except (configparser.Error, AttributeError) as error:
        raise Unreadable(f"not INI: {str(error).splitlines()[0]}") from None
    plain = {section: dict(parser.items(section)) for section in parser.sections()}
    return DataFacts("ini", [datum(plain, _lines(text))], count_lines(text))


def _lines(text: str) -> dict[Path, int]:
    """Where each section begins first and each option stands last, found as configparser finds them."""
    found: dict[Path, int] = {(): 1}
    section, option, indent = "", "", 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        deeper = len(raw) - len(raw.lstrip())
        if section and option and deeper > indent:
            continue
        indent = deeper
        header = configparser.RawConfigParser.SECTCRE.match(line)
        if header:
            section, option = header.group("header"), ""
            found.setdefault((section,), number)
        elif section:
            named = _OPTION.match(line)
            option = (named.group("name") if named else line).rstrip()
            found[section, option] = number
    return found
