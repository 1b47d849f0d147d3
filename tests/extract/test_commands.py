"""Shell scripts to commands."""

from __future__ import annotations

import shlex
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mltd.commandline import commands, mounts
from mltd.commandline.script import MOST_ITEMS, MOST_STEPS
from mltd.extract import extract
from mltd.facts import Command, CommandFacts


def told(text: str) -> list[str]:
    """The commands as ``folder: words``."""
    return [f"{command.folder}: {shlex.join(command.argv)}" for command in commands(text)]


_INTO_A_AND_BACK = [".: cd a", "a: x", "a: cd .."]


def test_a_script_as_teams_write_it() -> None:
    script = b"""#!/bin/bash
set -euo pipefail
# trains all folds
cd "$(dirname "$0")/.."
DATA=data/raw
OUT="${DATA}/out" # not literal enough? it is
export CUDA_VISIBLE_DEVICES=0

for fold in 0 1; do
  python train.py --fold $fold --data "${DATA}/x.csv" \\
    --out "$OUT/$fold" > logs/$fold.txt 2>&1 &
done
wait
(cd sub && python y.py) | tee log.txt; python z.py $1 || exit 1
"""
    found = extract("shell", "run.sh", script)
    assert isinstance(found, CommandFacts)
    assert found.format == "shell"
    assert found.lines == 14
    assert found.commands == [
        Command(["set", "-euo", "pipefail"], ".", 2),
        Command(["cd", ".."], ".", 4),
        Command(["export", "CUDA_VISIBLE_DEVICES=0"], "..", 7),
        Command(["python", "train.py", "--fold", "0", "--data", "data/raw/x.csv", "--out", "data/raw/out/0"], "..", 10),
        Command(["python", "train.py", "--fold", "1", "--data", "data/raw/x.csv", "--out", "data/raw/out/1"], "..", 10),
        Command(["wait"], "..", 13),
        Command(["cd", "sub"], "..", 14),
        Command(["python", "y.py"], "../sub", 14),
        Command(["tee", "log.txt"], "..", 14),
        Command(["python", "z.py", "$1"], "..", 14),
        Command(["exit", "1"], "..", 14),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a && b; c & d | e || f", [".: a", ".: b", ".: c", ".: d", ".: e", ".: f"]),
        ("echo 'a && b' \"c; d\" e\\ f#g # h", [".: echo 'a && b' 'c; d' 'e f#g'"]),
        ("a \\\n  b \\\n  c", [".: a b c"]),
        ("a <<EOF | b\nc\nEOF\nd <<-'X' >y\n\te\n\tX\nf <<< g", [".: a", ".: b", ".: d", ".: f"]),
        ("a <<EOF\nb", [".: a", ".: b"]),
        ("a 2>&1 >/dev/null <in &>log b", [".: a b"]),
        ("cat <(a b) $(c; d) `e f`", [".: cat '<(a b)' '$(c; d)' '`e f`'"]),
        ("it's a\nb", [".: 'it'\"'\"'s' a", ".: b"]),
        ('say "never closed\nb', [".: say '\"never' closed", ".: b"]),
        ("! a; time b", [".: a", ".: time b"]),
        ("[[ -f a && $b > c ]] && d", [".: '[[' -f a '$b' ']]'", ".: d"]),
        ("((i++)); a", [".: a"]),
        ("echo 'x'\"y\"z '' \"\"", [".: echo xyz '' ''"]),
        ("done; } ) fi; a", [".: a"]),
    ],
)
def test_splitting(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cd a; x; cd ../b; y", [".: cd a", "a: x", "a: cd ../b", "b: y"]),
        ("cd a || exit; x", [".: cd a", "a: exit", "a: x"]),
        ("(cd a; x); y", [".: cd a", "a: x", ".: y"]),
        ("{ cd a; x; }; y", [".: cd a", "a: x", "a: y"]),
        ("pushd a; x; popd; y; popd; z", [".: pushd a", "a: x", "a: popd", ".: y", ".: popd", ": z"]),
        ("cd a; cd -; x", [".: cd a", "a: cd -", ".: x"]),
        ("cd $X; x; cd b; y", [".: cd '$X'", ": x", ": cd b", ": y"]),
        ("cd; x", [".: cd", ": x"]),
        ("cd /data; x", [".: cd /data", ": x"]),
        ("if a; then cd b; x; fi; y", [".: a", ".: cd b", "b: x", ": y"]),
        ("if a; then cd b; else cd b; fi; y", [".: a", ".: cd b", "b: y"]),
        ("if a; then cd b; exit; fi; y", [".: a", ".: cd b", "b: exit", ".: y"]),
        (
            "for d in a b; do cd $d; x; cd ..; done; y",
            [".: cd a", "a: x", "a: cd ..", ".: cd b", "b: x", "b: cd ..", ".: y"],
        ),
        ("while a; do cd b; done; y", [".: a", ".: cd b", ": y"]),
        ("bash -c 'cd a && x'; y", [".: cd a", "a: x", ".: y"]),
        ("ROOT=$(pwd); cd a/b; x $ROOT/c; cd $ROOT; y", [".: cd a/b", "a/b: x ../../c", "a/b: cd ../..", ".: y"]),
        (
            'D="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"; cd $D/..; x $D/a.py',
            [".: cd ..", "..: x '$(dirname \"$0\")/a.py'"],
        ),
        ('D="$(cd "$(dirname "$0")/.." && pwd)"; cd $D/b; x $D/a.py', [".: cd ../b", "../b: x ../a.py"]),
    ],
)
def test_folders(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=1; x $A ${A} '$A' \"$A\" \\$A $B", [".: x 1 1 '$A' 1 '$A' '$B'"]),
        ("A='b c'; x $A \"$A\" d$A", [".: x b c 'b c' db c"]),
        ("A=$(date); x $A", [".: x '$A'"]),
        ("A=1; A=$2; x $A", [".: x '$A'"]),
        ("A=1; A+=2; x $A", [".: x 12"]),
        ("x ${A:-b} ${A-$HOME} ${A:-${B:-c}} ${A%.py} ${A:+d}", [".: x b '$HOME' c '${A%.py}'"]),
        ("A=1 x $A", [".: A=1 x '$A'"]),
        ("A=(a 'b c'); A+=(d); x \"${A[@]}\" ${A[1]} $A", [".: x a 'b c' d b c a"]),
        ("if a; then A=1; else A=2; fi; x $A", [".: a", ".: x '$A'"]),
        ("if a; then A=1; else A=1; fi; x $A", [".: a", ".: x 1"]),
        ("i=0; while a; do x $i; i=$((i+1)); done", [".: a", ".: x '$i'"]),
        ("read A; x $A", [".: read A", ".: x '$A'"]),
        ("case $1 in a|b) A=1; x;; *) y ;; esac; z $A", [".: x", ".: y", ".: z '$A'"]),
        ("x {a,b}.csv {1..3} {} {a} '{c,d}'", [".: x a.csv b.csv 1 2 3 '{}' '{a}' '{c,d}'"]),
    ],
)
def test_variables(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for a in 1 2; do for b in x y; do p $a$b; done; done", [".: p 1x", ".: p 1y", ".: p 2x", ".: p 2y"]),
        ("for a in $(seq 3) $(seq 8 -1 7); do p $a; done", [".: p 1", ".: p 2", ".: p 3", ".: p 8", ".: p 7"]),
        ("for a in *.csv; do p $a; done", [".: p '$a'"]),
        ("for a in $@; do p $a; done", [".: p '$a'"]),
        ("for a\ndo\np $a\ndone", [".: p '$a'"]),
        ("for ((i=0; i<3; i++)); do p $i; done", [".: p '$i'"]),
        ("for a in 1 2; do p; done", [".: p"]),
        (f"for a in {{1..{MOST_ITEMS + 1}}}; do p $a; done", [".: p '$a'"]),
        ('f() { p $1 "$@"; }; f a b; f c; p $1', [".: p a a b", ".: p c c", ".: p '$1'"]),
        ("function f { p; }\nq", [".: q", ".: p"]),
        ("f() { f; p; }; f", [".: f", ".: p"]),
        ('step() { say "$1"; shift; "$@"; }; step one p a', [".: say one", ".: p a"]),
        ('f() { shift 2; p "$1"; }; f a b c', [".: p c"]),
    ],
)
def test_loops_and_functions(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_lines_targets_and_what_is_known_beforehand() -> None:
    found = commands("a\nb $X \\\n c\n\nd", 10, "sub", target="train", variables={"X": "1"})
    assert found == [
        Command(["a"], "sub", 10, "train"),
        Command(["b", "1", "c"], "sub", 11, "train"),
        Command(["d"], "sub", 14, "train"),
    ]


def test_what_is_exported_for_flask_is_part_of_the_command() -> None:
    assert told("export FLASK_APP=web.py\nflask run") == [".: export FLASK_APP=web.py", ".: FLASK_APP=web.py flask run"]


def test_loops_are_bounded() -> None:
    nested = "".join(f"for a{n} in {{1..40}}; do " for n in range(20)) + "p $a1 $a9; " + "done; " * 20
    doubled = "A=ab; " + 'A="$A$A"; ' * 40 + "p $A"
    start = time.perf_counter()
    assert len(commands(nested)) <= MOST_STEPS
    assert len(commands(doubled)) == 1
    commands("f() { g; g; g; }; g() { f; f; f; p $1; }; f")
    assert time.perf_counter() - start < 5


_PIECES = (
    "a cd $X ${X:-b} ' \" \\ $( ) ( { } ; && || | & \n <<E E for in do done if then else fi case esac while x=1 f() "
    "function [[ ]] (( )) ` # > < 2>&1 {a,b} $((1+1)) ;; \x01 \x02 python"
)
fragments = st.sampled_from(_PIECES.split(" "))


@settings(deadline=None)
@given(st.lists(fragments).map(" ".join) | st.lists(fragments).map("".join) | st.text())
@example("(" * 10_000)
@example("if " * 10_000)
@example("$(" * 10_000)
@example("${a:-" * 1_000 + "}" * 1_000)
@example("for a in b; do " * 1_000)
@example("a() { " * 1_000)
@example("bash -c '" * 100)
@example("{a,b}" * 200)
def test_any_text_splits(text: str) -> None:
    for command in commands(text):
        assert command.argv
        assert 1 <= command.line <= text.count("\n") + 1


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1))
def test_quoted_words_come_back(words: list[str]) -> None:
    words = ["run", *words]
    assert [command.argv for command in commands(shlex.join(words))] == [words]


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (
            "docker run --rm -v $PWD/:/root/ -v ../made:/root/made:ro img python a.py",
            [(".", "/root/"), ("../made", "/root/made")],
        ),
        ("podman run --volume=data:/data img", [("data", "/data")]),
        ("docker run --mount type=bind,source=./d,target=/app/d img", [("./d", "/app/d")]),
        ("docker run -v /data img", []),
        ("docker build -v a:/b .", []),
    ],
)
def test_mounts(command: str, found: list[tuple[str, str]]) -> None:
    (parsed,) = commands(command)
    assert list(mounts(parsed.argv)) == found
