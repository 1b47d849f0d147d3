"""Which configuration counts, what it may say, and how it says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from mltd import config
from mltd.config import Config, ConfigError, Gates
from mltd.model import Severity

FULL = """
[tool.mltd]
include = ["third_party/ours"]
exclude = ["old/**"]
select = ["dead-feature", "category:boundaries"]
ignore = ["glue-code"]
minutes-per-statement = 4
rules = ["lint"]

[tool.mltd.per-path-ignores]
"notebooks/**" = ["pipeline-jungle"]

[tool.mltd.options.dead-feature]
anything = 1

[tool.mltd.gates]
fail-on = "warning"
max-ratio = 0.05
max-rating = "C"
max-debt = "8h"
strict = true

[[tool.mltd.contracts]]
artifact = "data/features.parquet"
producer = "features/*"
consumer = "scoring/*"

[[tool.mltd.knowledge]]
library = "inhouse"
kind = "storage"
modules = ["inhouse"]
doc = "https://wiki.example/inhouse"

[[tool.mltd.knowledge.calls]]
of = "inhouse"
names = ["load_table"]
does = "reads"
path = "name"
params = ["name"]
gives = "frame"
doc = "https://wiki.example/inhouse#load_table"
"""


def repository(folder: Path, **files: str) -> Path:
    """A folder that looks like a checkout, with files (``__`` in names stands for ``/``)."""
    (folder / ".git").mkdir(parents=True)
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_toml", ".toml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def problems(root: Path, explicit: Path | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config.load(root, explicit)
    return [str(one) for one in caught.value.problems]


def test_without_a_file_all_is_default(tmp_path: Path) -> None:
    loaded = config.load(repository(tmp_path))
    assert loaded.config == Config()
    assert loaded.file == ""


def test_all_keys_of_a_pyproject(tmp_path: Path) -> None:
    loaded = config.load(repository(tmp_path, pyproject_toml=FULL))
    found = loaded.config
    assert found.gates == Gates(Severity.WARNING, 0.05, "C", "8h", strict=True)
    assert found.per_path_ignores == {"notebooks/**": ["pipeline-jungle"]}
    assert found.options == {"dead-feature": {"anything": 1}}
    assert found.minutes_per_statement == 4.0
    assert found.contracts[0].consumer == "scoring/*"
    assert found.knowledge[0].calls[0].names == ["load_table"]
    assert loaded.prefix == "tool.mltd"
    assert loaded.folder == tmp_path


def test_mltd_toml_has_the_same_keys_at_its_top_and_goes_before(tmp_path: Path) -> None:
    root = repository(tmp_path, mltd_toml='select = ["a"]', pyproject_toml=FULL)
    assert config.load(root).config.select == ["a"]


def test_the_nearest_file_upwards_to_the_top_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "mltd.toml").write_text('select = ["outside"]', "utf-8")
    root = repository(tmp_path / "repo", pyproject_toml='[tool.mltd]\nselect = ["top"]', a__pyproject_toml="[project]")
    (root / "a" / "b").mkdir()
    assert config.load(root / "a" / "b").config.select == ["top"]
    (root / "a" / "mltd.toml").write_text('select = ["near"]', "utf-8")
    assert config.load(root / "a" / "b").config.select == ["near"]
    (root / "a" / "mltd.toml").unlink()
    (root / "pyproject.toml").unlink()
    assert config.load(root / "a" / "b").config.select == []


def test_outside_a_repository_up_to_where_the_user_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "mltd.toml").write_text('select = ["a"]', "utf-8")
    monkeypatch.chdir(tmp_path / "src")
    assert config.load(tmp_path / "src").config.select == []
    monkeypatch.chdir(tmp_path)
    assert config.load(tmp_path / "src").config.select == ["a"]


def test_globs_are_taken_relative_to_the_scanned_root(tmp_path: Path) -> None:
    text = """
exclude = ["src/old/**", "docs/**", "*.tmp", "**/cache/", "s*/gen.py", "!src/old/keep.py"]
[per-path-ignores]
"src/a/*" = ["x"]
"lib/*" = ["x"]
"""
    root = repository(tmp_path, mltd_toml=text)
    (root / "src").mkdir()
    found = config.load(root / "src").config
    assert found.exclude == ["/old/**", "*.tmp", "**/cache/", "/gen.py", "!/old/keep.py"]
    assert found.per_path_ignores == {"/a/*": ["x"]}


def test_a_glob_that_names_a_folder_above_the_root_holds_for_all_of_it(tmp_path: Path) -> None:
    root = repository(tmp_path, mltd_toml='exclude = ["src/a"]')
    (root / "src" / "a" / "b").mkdir(parents=True)
    assert config.load(root / "src" / "a" / "b").config.exclude == ["**"]


def test_all_problems_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = """
[tool.mltd]
selct = ["a"]
ignore = "glue-code"
minutes-per-statement = 0
[tool.mltd.gates]
fail-on = "warn"
max-debt = 1.5
[[tool.mltd.knowledge]]
library = "x"
"""
    monkeypatch.chdir(tmp_path)
    found = problems(repository(tmp_path, pyproject_toml=text))
    assert [one.split(": found")[0] for one in found] == [
        "pyproject.toml: tool.mltd.selct",
        "pyproject.toml: tool.mltd.ignore",
        "pyproject.toml: tool.mltd.knowledge[0].kind",
        "pyproject.toml: tool.mltd.knowledge[0].modules",
        "pyproject.toml: tool.mltd.knowledge[0].doc",
        "pyproject.toml: tool.mltd.gates.fail-on",
        "pyproject.toml: tool.mltd.gates.max-debt",
        "pyproject.toml: tool.mltd.minutes-per-statement",
    ]
    assert found[0].endswith('(did you mean "select"?)')
    assert found[1].endswith('found "glue-code", expected a list, each a text')
    assert found[5].endswith('found "warn", expected one of "note", "warning", "error"')


def test_values_that_mean_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = """
minutes-per-statement = 0
[gates]
max-debt = "soon"
max-ratio = -1
[[knowledge]]
library = "x"
kind = "storage"
modules = ["x"]
doc = "d"
[[knowledge.calls]]
of = "x"
names = ["load"]
does = "raeds"
doc = "d"
"""
    monkeypatch.chdir(tmp_path)
    assert problems(repository(tmp_path, mltd_toml=text)) == [
        'mltd.toml: gates.max-debt: found "soon", expected a time like "2d", "8h" or "1h30m"',
        "mltd.toml: gates.max-ratio: found -1.0, expected a positive number",
        "mltd.toml: minutes-per-statement: found 0.0, expected a positive number",
        "mltd.toml: knowledge[0]: found x.load: unknown verb 'raeds', "
        "expected a verb or kind of the built-in tables (mltd/knowledge)",
    ]


@pytest.mark.parametrize("data", [b"[tool.mltd\n", b"[tool.mltd]\nselect = ['\xff']\n"])
def test_what_is_not_toml(tmp_path: Path, data: bytes) -> None:
    root = repository(tmp_path)
    (root / "pyproject.toml").write_bytes(data)
    (found,) = problems(root)
    assert "found what is not TOML: " in found


def test_a_broken_pyproject_that_does_not_speak_of_us_is_not_our_business(tmp_path: Path) -> None:
    assert config.load(repository(tmp_path, pyproject_toml="[project\n")).file == ""


def test_tool_mltd_written_as_an_inline_table(tmp_path: Path) -> None:
    assert config.load(repository(tmp_path, pyproject_toml='tool = {mltd = {select = ["a"]}}')).config.select == ["a"]


def test_an_explicit_file_counts_instead(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", mltd_toml='select = ["a"]')
    other = tmp_path / "ci" / "other.toml"
    other.parent.mkdir()
    other.write_text('select = ["b"]\nexclude = ["x/y"]', "utf-8")
    loaded = config.load(root, other)
    assert loaded.config.select == ["b"]
    assert loaded.config.exclude == ["x/y"]


def test_an_explicit_file_that_is_missing(tmp_path: Path) -> None:
    (found,) = problems(repository(tmp_path), tmp_path / "none.toml")
    assert found.endswith("none.toml: found No such file or directory, expected a file that can be read")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8h", 480),
        ("90m", 90),
        ("90min", 90),
        ("1h30m", 90),
        ("1h 30", 90),
        ("15", 15),
        ("", None),
        ("h", None),
        ("1d", 480),
        ("1.5h", 90),
        ("d", None),
    ],
)
def test_times(text: str, expected: int | None) -> None:
    assert config.minutes(text) == expected
