"""Makefiles to commands."""

from __future__ import annotations

import shlex
import time

from hypothesis import given
from hypothesis import strategies as st

from mltd.extract import extract
from mltd.facts import CommandFacts


def read(text: str) -> CommandFacts:
    found = extract("make", "Makefile", text.encode())
    assert isinstance(found, CommandFacts)
    return found


def told(text: str) -> list[str]:
    return [
        f"{command.line} {command.target} {command.folder}: {shlex.join(command.argv)}"
        for command in read(text).commands
    ]


def test_a_makefile_as_teams_write_it() -> None:
    text = """.PHONY: all train clean
PYTHON ?= python3
export DATA := data
RAW = $(DATA)/raw.csv # the export
FEATURES = $(DATA)/features.csv \\
           $(DATA)/labels.csv

all: train ## everything
train: $(FEATURES) | models
\t@echo "training"
\t-cd src && $(PYTHON) train.py $< --out models/$@.pkl
\t$(PYTHON) \\
\t\tevaluate.py $^
$(FEATURES): $(RAW) prepare.py
\t$(PYTHON) prepare.py $(RAW) $@
clean: ; rm -rf models
%.html: %.ipynb
\tjupyter nbconvert --execute $<
train: MODE = fast
include other.mk
"""
    assert told(text) == [
        "10 train .: echo training",
        "11 train .: cd src",
        "11 train src: python3 train.py data/features.csv --out models/train.pkl",
        "12 train .: python3 evaluate.py data/features.csv data/labels.csv models",
        "15 data/features.csv .: python3 prepare.py data/raw.csv data/features.csv",
        "15 data/labels.csv .: python3 prepare.py data/raw.csv data/labels.csv",
        "16 clean .: rm -rf models",
        "18 %.html .: jupyter nbconvert --execute '$<'",
    ]
    assert read(text).needs == {
        "all": ["train"],
        "train": ["data/features.csv", "data/labels.csv", "models"],
        "data/features.csv": ["data/raw.csv", "prepare.py"],
        "data/labels.csv": ["data/raw.csv", "prepare.py"],
        "clean": [],
        "%.html": ["%.ipynb"],
    }


def test_variables() -> None:
    text = "A = $(B)\nB = b\nC := c\nC += d\nD = $(D)\nE = ${A}$(C)\n"
    text += "x:\n\tp $(A) $(C) $(D) $(E) $(F) $$G $${H} $(shell date)\n"
    assert told(text) == ["8 x .: p b c d '$(D)' bc d '$(F)' '$G' '${H}' '$(shell date)'"]


def test_conditionals_take_both_arms() -> None:
    text = "ifeq ($(OS),Windows)\nA = 1\nelse\nA = 2\nendif\nB = 1\nx:\nifdef C\n\tp $(A) $(B)\nelse\n\tq\nendif\n\tr\n"
    assert told(text) == ["9 x .: p '$(A)' 1", "11 x .: q", "13 x .: r"]


def test_one_shell() -> None:
    text = "x:\n\tcd a\n\tpython b.py\n"
    assert told(text) == ["2 x .: cd a", "3 x .: python b.py"]
    assert told(".ONESHELL:\n" + text) == ["3 x .: cd a", "4 x a: python b.py"]


def test_shell_loops_and_definitions() -> None:
    text = "define HELP\n\tnot: this\nendef\n"
    text += "x:\n\tfor f in 1 2; do \\\n\t  python a.py $$f; \\\n\tdone\n\tcd $(CURDIR)/sub; p\n"
    assert told(text) == [
        "6 x .: python a.py 1",
        "6 x .: python a.py 2",
        "8 x .: cd ./sub",
        "8 x sub: p",
    ]


def test_static_patterns_and_double_colons() -> None:
    assert read("a.o b.o: %.o: %.c common.h\n").needs == {"a.o": ["%.c", "common.h"], "b.o": ["%.c", "common.h"]}
    assert read("a:: b\na:: c\n").needs == {"a": ["b", "c"]}


_PIECES = "a;:;\n;\t;=;$(A);$(;A = $(A)$(A)\n;ifdef x\n;endif\n;\\\n;define x\n;:=;%;#;$@;;"
pieces = st.lists(st.sampled_from(_PIECES.split(";"))).map("".join)


def test_expansion_is_bounded() -> None:
    text = (
        "A = $(A)$(A)\n" + "".join(f"B{n + 1} = $(B{n})$(B{n})\n" for n in range(30)) + "B0 = b\nx:\n\tp $(A) $(B30)\n"
    )
    start = time.perf_counter()
    assert len(told(text)) == 1
    assert time.perf_counter() - start < 5


@given(st.text() | pieces)
def test_any_text(text: str) -> None:
    read(text.encode("utf-8", "replace").decode().replace("\0", ""))
