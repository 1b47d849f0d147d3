"""Configuration files to data with lines."""

from __future__ import annotations

import json
import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mltd import facts
from mltd.extract import extract
from mltd.extract.data import DEEPEST
from mltd.facts import DataFacts, Datum
from mltd.source import Unreadable

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 63) - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]))
)
names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(names, inner), max_leaves=20)


def read(kind: str, text: str | bytes) -> DataFacts:
    data = text if isinstance(text, bytes) else text.encode()
    found = extract(kind, f"file.{kind}", data)
    assert isinstance(found, DataFacts)
    encoded = facts.encode(found)
    assert facts.encode(facts.decode(encoded)) == encoded
    return found


def plain(kind: str, text: str | bytes) -> object:
    documents = read(kind, text).documents
    return documents[0].plain() if len(documents) == 1 else [document.plain() for document in documents]


def lines(datum: Datum, path: str = "") -> dict[str, int]:
    """Every value's path and line."""
    found = {path: datum.line} if path else {}
    if isinstance(datum.value, dict):
        for key, item in datum.value.items():
            found |= lines(item, f"{path}.{key}" if path else key)
    elif isinstance(datum.value, list):
        for index, item in enumerate(datum.value):
            found |= lines(item, f"{path}[{index}]")
    return found


def reason(kind: str, text: str | bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(kind, text)
    return caught.value.reason


# ------------------------------------------------------------------ YAML


@given(values)
def test_yaml_means_what_it_was_dumped_from(value: object) -> None:
    assert plain("yaml", yaml.safe_dump(value, allow_unicode=True)) == value


def test_yaml_lines_are_those_of_the_keys() -> None:
    text = (
        "# parameters\ntrain:\n  lr: 0.1\n  layers:\n    - 64\n    - units: 32\nrun: |\n  python a.py\n  python b.py\n"
    )
    found = read("yaml", text)
    assert found.documents[0].plain() == {
        "train": {"lr": 0.1, "layers": [64, {"units": 32}]},
        "run": "python a.py\npython b.py\n",
    }
    assert lines(found.documents[0]) == {
        "train": 2,
        "train.lr": 3,
        "train.layers": 4,
        "train.layers[0]": 5,
        "train.layers[1]": 6,
        "train.layers[1].units": 6,
        "run": 7,
    }
    assert found.lines == 9


def test_yaml_scalars_are_what_the_safe_loader_makes_of_them() -> None:
    text = (
        "[yes, Off, 0x1F, 0b11, 017, 1_000, 1e3, 1.5e+3, .inf, ~, null, '1', 2020-01-02, 190:20:30, !!str 7, !!int '8']"
    )
    loaded = [True, False, 31, 3, 15, 1000, "1e3", 1500.0, math.inf, None, None, "1", "2020-01-02", 685230, "7", 8]
    assert plain("yaml", text) == loaded
    assert plain("yaml", "big: 99999999999999999999") == {"big": "99999999999999999999"}


def test_yaml_keys_stay_as_written() -> None:
    assert plain("yaml", "on: {push: 1}\n1: a\nnull: b\n{{ name }}: c\n") == {
        "on": {"push": 1},
        "1": "a",
        "null": "b",
        "{\"{'name': None}\": None}": "c",
    }


def test_yaml_anchors_and_merges() -> None:
    text = "base: &base {lr: 1, depth: 3}\nother: &other {lr: 2, seed: 7}\n"
    text += "a:\n  <<: *base\n  lr: 5\nb: {<<: [*base, *other]}\nc: *base\nd: {'<<': 1}\n"
    assert plain("yaml", text) == {
        "base": {"lr": 1, "depth": 3},
        "other": {"lr": 2, "seed": 7},
        "a": {"lr": 5, "depth": 3},
        "b": {"lr": 1, "depth": 3, "seed": 7},
        "c": {"lr": 1, "depth": 3},
        "d": {"<<": 1},
    }
    assert lines(read("yaml", text).documents[0])["a.depth"] == 1


def test_yaml_constructs_nothing() -> None:
    text = "a: !Ref Bucket\nb: !include other.yaml\nc: !!python/object/apply:os.system [echo]\nd: !Sub {x: 1}\n"
    assert plain("yaml", text) == {"a": "Bucket", "b": "other.yaml", "c": ["echo"], "d": {"x": 1}}


def test_yaml_may_hold_several_documents_or_none() -> None:
    assert plain("yaml", "a: 1\n---\nb: 2\n---\n") == [{"a": 1}, {"b": 2}, None]
    assert read("yaml", "# nothing\n").documents == []


def test_yaml_aliases_are_bounded() -> None:
    assert plain("yaml", "a: &a [1, *a]") == {"a": [1, None]}
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
    assert reason("yaml", bomb) == "too large when its aliases are expanded"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {{ value }}\n{% if x %}\n", "not YAML: found character that cannot start any token on line 2"),
        ("a: 1\n\tb: 2\n", "not YAML: found a tab character that violates indentation on line 2"),
        ("a: [1, 2\nb: 3\n", "not YAML: did not find expected ',' or ']' on line 2"),
        ("a: *b\n", "not YAML: undefined alias *b on line 1"),
        ("[" * 100_000, "nested too deeply"),
        ("a: " + "{a: " * (DEEPEST + 1), "nested too deeply"),
        (b"a: \xff\n", "not UTF-8: byte 0xff on line 1"),
        (b"a\x00b", "binary: null bytes"),
    ],
)
def test_yaml_that_is_none(text: str | bytes, expected: str) -> None:
    assert reason("yaml", text) == expected


def test_other_encodings_with_a_mark() -> None:
    assert plain("yaml", "name: é\r\nb: 1\r\n".encode("utf-16")) == {"name": "é", "b": 1}
    assert plain("json", b"\xef\xbb\xbf" + b'{"a": 1}') == {"a": 1}


# ------------------------------------------------------------------ JSON


@given(values)
def test_json_means_what_it_was_dumped_from(value: object) -> None:
    for indent in (None, 2):
        assert plain("json", json.dumps(value, indent=indent)) == value


def test_json_lines() -> None:
    text = '{\n  "a": {"b": 1,\n    "b c": [true,\n      "x, ]\\""]},\n  "d":\n    {}\n}\n'
    found = read("json", text)
    assert found.documents[0].plain() == {"a": {"b": 1, "b c": [True, 'x, ]"']}, "d": {}}
    expected = {"a": 2, "a.b": 2, "a.b c": 3, "a.b c[0]": 3, "a.b c[1]": 4, "d": 5}
    assert lines(found.documents[0]) == expected


def test_json_as_programs_write_it() -> None:
    found = plain("json", '{"auc": NaN, "big": 123456789012345678901234567890}')
    assert isinstance(found, dict)
    assert math.isnan(found["auc"])
    assert found["big"] in ("123456789012345678901234567890", 123456789012345678901234567890.0)
    assert plain("json", '{"a": 1}\n{"a": 2}\n') == [{"a": 1}, {"a": 2}]
    assert plain("json", '{\n"a": 1}\n\n[\n2]') == [{"a": 1}, [2]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\n", "not JSON: the file is empty"),
        ('{\n  // a comment\n  "a": 1\n}', "not JSON: expecting property name enclosed in double quotes on line 2"),
        ('{"a": 1}\nthen prose', "not JSON: expecting value on line 2"),
        ('"\\ud800"', "not JSON: half a surrogate pair"),
        ("[" * 100_000, "nested too deeply"),
        ("[" * (DEEPEST + 2) + "]" * (DEEPEST + 2), "nested too deeply"),
    ],
)
def test_json_that_is_none(text: str, expected: str) -> None:
    assert reason("json", text) == expected


# ------------------------------------------------------------------ TOML


def test_toml_lines() -> None:
    text = '''title = "x" # not [a] = table
[project]
dependencies = [
  "pandas", # [tool]
  'numpy>=1',

  {name = "z", deep = {k = 1}},
]
text = """
[no.table]
a = 1
"""
"quoted key".'b' = 1979-05-27
[tool.mltd]
a.b.c = true
[[tool.mltd.contracts]]
name = "first"
[tool.mltd.contracts.inner]
k = 1
[[tool.mltd.contracts]]
name = """second"""""
'''
    found = read("toml", text)
    got = lines(found.documents[0])
    assert got == {
        "title": 1,
        "project": 2,
        "project.dependencies": 3,
        "project.dependencies[0]": 4,
        "project.dependencies[1]": 5,
        "project.dependencies[2]": 7,
        "project.dependencies[2].name": 7,
        "project.dependencies[2].deep": 7,
        "project.dependencies[2].deep.k": 7,
        "project.text": 9,
        "project.quoted key": 13,
        "project.quoted key.b": 13,
        "tool": 14,
        "tool.mltd": 14,
        "tool.mltd.a": 15,
        "tool.mltd.a.b": 15,
        "tool.mltd.a.b.c": 15,
        "tool.mltd.contracts": 16,
        "tool.mltd.contracts[0]": 16,
        "tool.mltd.contracts[0].name": 17,
        "tool.mltd.contracts[0].inner": 18,
        "tool.mltd.contracts[0].inner.k": 19,
        "tool.mltd.contracts[1]": 20,
        "tool.mltd.contracts[1].name": 21,
    }
    document = found.documents[0].plain()
    assert isinstance(document, dict)
    assert document["project"]["quoted key"] == {"b": "1979-05-27"}
    assert document["tool"]["mltd"]["contracts"][1] == {"name": 'second""'}


def test_toml_that_is_none() -> None:
    assert reason("toml", "a = 1\nb = \n") == "not TOML: Invalid value on line 2"
    assert reason("toml", "a = " + "[" * 5_000) == "nested too deeply"


# ------------------------------------------------------------------ INI


def test_ini() -> None:
    text = "; comment\n[DEFAULT]\nRoot = /data\n[train]\nlr: 0.1\npath = %(Root)s/x\n"
    text += "list =\n  a\n  b = c\nalone\n[train]\nlr=0.2\n"
    found = read("ini", text)
    assert found.documents[0].plain() == {
        "DEFAULT": {"Root": "/data"},
        "train": {"lr": "0.2", "path": "%(Root)s/x", "list": "\na\nb = c", "alone": None},
    }
    assert lines(found.documents[0]) == {
        "DEFAULT": 2,
        "DEFAULT.Root": 3,
        "train": 4,
        "train.lr": 12,
        "train.path": 6,
        "train.list": 7,
        "train.alone": 10,
    }


def test_ini_that_is_none() -> None:
    assert reason("ini", "a = 1\n[b]\n") == "not INI: no section before line 1"


@given(st.text(), st.sampled_from(["yaml", "json", "toml", "ini"]))
def test_any_text_is_data_or_unreadable(text: str, kind: str) -> None:
    try:
        read(kind, text.encode())
    except Unreadable as error:
        told = error.reason
    else:
        told = "data"
    assert told
    assert "\n" not in told


def test_kinds_without_facts() -> None:
    with pytest.raises(ValueError, match="'codeowners'"):
        extract("codeowners", "CODEOWNERS", b"")
