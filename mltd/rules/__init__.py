"""The built-in rules. In a checkout they live in the folder ``rules`` beside ``mltd``; a wheel holds them here."""

from pathlib import Path

_checkout = Path(__file__).resolve().parents[2]
if (_checkout / "pyproject.toml").is_file() and (_checkout / "rules").is_dir():
    __path__.append(str(_checkout / "rules"))
