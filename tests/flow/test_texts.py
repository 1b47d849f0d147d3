"""Texts: what a path may be, hole by hole, and the arithmetic of paths against Python's own."""

from __future__ import annotations

import posixpath
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltd.flow.texts import (
    HOLE,
    MAX_LENGTH,
    Source,
    Text,
    basename,
    concat,
    could_match,
    hole,
    join_paths,
    literal,
    normal,
    parent,
    replace,
    stem,
)
from tests.flow.tree import read

SOURCE = Source("a.py", 1)


def text(template: str) -> Text:
    """A text from its template, a part for each piece."""
    pieces = [piece for piece in re.split(f"({HOLE})", template) if piece]
    return Text(tuple((hole(SOURCE) if piece == HOLE else literal(piece, SOURCE)).parts[0] for piece in pieces))


# ------------------------------------------------------------------ expressions

EXPRESSIONS = [
    ("constant", '"a.csv"', "a.csv"),
    ("implicit join", '"a" ".csv"', "a.csv"),
    ("plus", '"a" + ".csv"', "a.csv"),
    ("plus unknown", '"a_" + who() + ".csv"', "a_*.csv"),
    ("neighbouring holes are one", 'f"{who()}{what()}.csv"', "*.csv"),
    ("f-string", 'f"data/{1 + 1}.csv"', "data/2.csv"),
    ("f-string with a specification", 'f"{3:03d}_{1.5:.2f}.csv"', "003_1.50.csv"),
    ("f-string of a width that is no name's", 'f"{3:99999999d}.csv"', "*.csv"),
    ("f-string with a computed specification", 'f"{3:{w}}.csv"', "*.csv"),
    ("f-string with str", """f"{'a'!s}.csv\"""", "a.csv"),
    ("f-string with repr", """f"{'a'!r}.csv\"""", "*.csv"),
    ("repr", 'repr("a") + ".csv"', "*.csv"),
    ("percent", '"%s/%03d.csv" % ("d", 7)', "d/007.csv"),
    ("percent one", '"%s.csv" % "a"', "a.csv"),
    ("percent unknown", '"%s_%s.csv" % ("a", who())', "a_*.csv"),
    ("percent by name", '"%(d)s/%(n)02d%%.csv" % {"d": "q", "n": 3}', "q/03%.csv"),
    ("percent of a width that is no name's", '"%999999999d.csv" % 3', "*.csv"),
    ("format", '"{}/{n:02d}.csv".format("d", n=3)', "d/03.csv"),
    ("format by number", '"{1}{0}{{}}.csv".format("a", "b")', "ba{}.csv"),
    ("format unknown", '"{}.csv".format(who())', "*.csv"),
    ("format into", '"{a[0]}.csv".format(a=[1])', "*.csv"),
    ("os.path.join", 'os.path.join("data", "raw", "b.csv")', "data/raw/b.csv"),
    ("os.path.join absolute", 'os.path.join("data", "/b.csv")', "/b.csv"),
    ("os.path.join unknown", 'os.path.join(root(), "b.csv")', "*/b.csv"),
    ("os.path.dirname", 'os.path.dirname("a/b.csv") + "/c.csv"', "a/c.csv"),
    ("os.path.basename", 'os.path.basename("a/b.csv")', "b.csv"),
    ("os.path.splitext", 'os.path.splitext("a/b.csv")[0] + ".pkl"', "a/b.pkl"),
    ("os.path.split", 'os.path.split("a/b.csv")[1]', "b.csv"),
    ("os.path.abspath", 'os.path.abspath("a.csv")', "a.csv"),
    ("pathlib", 'Path("a") / "b" / "c.csv"', "a/b/c.csv"),
    ("pathlib from the right", '"a" / Path("b.csv")', "a/b.csv"),
    ("pathlib joinpath", 'Path("a").joinpath("b", "c.csv")', "a/b/c.csv"),
    ("pathlib with_suffix", 'Path("a/b.csv").with_suffix(".pkl")', "a/b.pkl"),
    ("pathlib with_name", 'Path("a/b.csv").with_name("c.csv")', "a/c.csv"),
    ("pathlib stem and suffix", '(p := Path("a/b.csv")).stem + "_2" + p.suffix', "b_2.csv"),
    ("pathlib parent", 'Path("a/b/c.csv").parent.parent / "z.csv"', "a/z.csv"),
    ("pathlib parents", 'Path("a/b/c.csv").parents[1] / "z.csv"', "a/z.csv"),
    ("above the working folder", 'Path.cwd().parent.parent / "z.csv"', "../../z.csv"),
    ("the program's own folder", 'Path(__file__).resolve().parent / "z.csv"', "<tree>/z.csv"),
    ("above the scanned tree", 'Path(__file__).parents[1] / "z.csv"', "<tree>/../z.csv"),
    ("str of a path", 'str(Path("a", "b.csv"))', "a/b.csv"),
    ("replace", '"a/b.csv".replace(".csv", ".pkl")', "a/b.pkl"),
    ("strip and lower", '" A.CSV ".strip().lower()', "a.csv"),
    ("join", '"/".join(["a", "b.csv"])', "a/b.csv"),
    ("split", '"a,b.csv".split(",")[1]', "b.csv"),
    ("rsplit once", '"a_b_c.csv".rsplit("_", 1)[0]', "a_b"),
    ("slice", '"xa.csv"[1:]', "a.csv"),
    ("a look-up", '{"x": "a.csv", "y": "b.csv"}["x"]', "a.csv"),
    ("an item", '["a.csv", "b.csv"][-1]', "b.csv"),
    ("dict.get", '{"x": "a.csv"}.get("y", "d.csv")', "d.csv"),
    ("environment", 'os.environ["WHERE"] + "/a.csv"', "*/a.csv"),
    ("environment with default", 'os.environ.get("WHERE", "data") + "/a.csv"', "data/a.csv"),
    ("getenv with default", 'os.getenv("WHERE", default="data") + "/a.csv"', "data/a.csv"),
]


@pytest.mark.parametrize(
    ("code", "expected"), [case[1:] for case in EXPRESSIONS], ids=[case[0] for case in EXPRESSIONS]
)
def test_an_expression_is_one_template(code: str, expected: str) -> None:
    assert read(f"pd.read_csv({code})") == [[expected]]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('"a.csv" if test() else "b.csv"', ["a.csv", "b.csv"]),
        ('{"x": "a.csv", "y": "b.csv"}[which()]', ["a.csv", "b.csv"]),
        ('["a.csv", "b.csv"][which()]', ["a.csv", "b.csv"]),
        ('os.environ.get("WHERE") or "b.csv"', ["*", "b.csv"]),
        ('("a" if test() else "b") + ("1" if test() else "2")', ["a1", "a2", "b1", "b2"]),
    ],
)
def test_alternatives_are_kept_apart(code: str, expected: list[str]) -> None:
    assert read(f"pd.read_csv({code})") == [expected]


@pytest.mark.parametrize("code", ["unknown()", 'Path.home() / "a.csv"', '"a.csv".partition("a")[0]', "3 + 4j"])
def test_what_is_not_understood_names_nothing(code: str) -> None:
    assert read(f"pd.read_csv({code})") == [[]]


# ------------------------------------------------------------------ against Python itself

NAMES = st.text("ab.", min_size=1, max_size=4).filter(lambda name: name.strip("."))
PATHS = st.builds(lambda root, parts: root + "/".join(parts), st.sampled_from(["", "/"]), st.lists(NAMES, min_size=1))


@given(PATHS, st.lists(PATHS, max_size=3))
def test_join_paths(first: str, others: list[str]) -> None:
    assert join_paths(text(first), map(text, others)).template == posixpath.join(first, *others)


@given(PATHS)
def test_basename_and_stem(path: str) -> None:
    assert basename(text(path)).template == posixpath.basename(path)
    assert tuple(part.template for part in stem(text(path))) == posixpath.splitext(path)


@given(PATHS)
def test_parent(path: str) -> None:
    assert parent(text(path)).template == (posixpath.dirname(path) or ".")


@given(st.text("ab./", max_size=12).filter(lambda path: path[:2] != "//"), st.integers(0, 3))
def test_parents_of_a_normal_path(path: str, steps: int) -> None:
    path = normal(path)
    # Counted from the folder of the program: "." has "..", and so on.
    expected = posixpath.normpath(posixpath.join(path, *[".."] * steps))
    assert normal(parent(text(path), steps).template) == expected


@given(st.text("ab./", max_size=16))
def test_normal(path: str) -> None:
    assert normal(path) == posixpath.normpath(path)
    assert normal(normal(path)) == normal(path)


@pytest.mark.parametrize(
    ("path", "expected"), [("s3://b/a/../c.csv", "s3://b/c.csv"), ("s3://b//c.csv", "s3://b/c.csv"), ("a\\b", "a/b")]
)
def test_normal_keeps_a_scheme(path: str, expected: str) -> None:
    assert normal(path) == expected


TEMPLATES = st.text("ab/" + HOLE, max_size=8)


@given(TEMPLATES, st.text("ab/", max_size=8))
def test_could_match_a_constant(template: str, constant: str) -> None:
    pattern = "[^/]*".join(map(re.escape, template.split(HOLE)))
    assert could_match(template, constant) == bool(re.fullmatch(pattern, constant))
    assert could_match(constant, template) == could_match(template, constant)


@given(TEMPLATES, st.lists(st.text("ab", max_size=3), min_size=8, max_size=8), TEMPLATES)
def test_could_match_a_template(template: str, fillings: list[str], other: str) -> None:
    """A template could be whatever any filling of it could be."""
    filled = iter(fillings)
    instance = re.sub(HOLE, lambda _match: next(filled), template)
    assert could_match(template, instance)
    assert could_match(template, template)
    assert could_match(template, other) == could_match(other, template)
    if could_match(other, instance):
        assert could_match(template, other)


@given(TEMPLATES, st.sampled_from(["a", "ab", "/"]), st.text("ab/", max_size=2))
def test_replace_inside_constant_parts(template: str, old: str, new: str) -> None:
    replaced = replace(text(template), old, literal(new, SOURCE)).template
    expected = HOLE.join(piece.replace(old, new) for piece in template.split(HOLE))
    assert replaced == re.sub(HOLE + "+", HOLE, expected)


@given(TEMPLATES, st.integers(0, 9), st.integers(0, 9))
def test_slice(template: str, start: int, stop: int) -> None:
    assert text(template).slice(start, max(start, stop)).template == template[start : max(start, stop)]


def test_what_grows_too_long_is_unknown() -> None:
    assert concat([text("a" * MAX_LENGTH), text("b")]).template == HOLE
    assert concat([text("a")] * 100).template == HOLE
