"""Kinds of files by name and by first line."""

from __future__ import annotations

import pytest

from mltd.source import kind_of


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("train.py", "python"),
        ("a/b/TRAIN.PY", "python"),
        ("window.pyw", "python"),
        ("stubs.pyi", "other"),
        ("compiled.pyc", "other"),
        ("eda.ipynb", "notebook"),
        ("params.yaml", "yaml"),
        (".github/workflows/ci.yml", "yaml"),
        ("data/raw.csv.dvc", "yaml"),
        ("MLproject", "yaml"),
        ("dvc.lock", "other"),
        ("poetry.lock", "other"),
        ("pyproject.toml", "toml"),
        ("Pipfile", "toml"),
        ("config.json", "json"),
        ("rows.jsonl", "other"),
        ("web/tsconfig.app.json", "other"),
        ("package-lock.json", "other"),
        (".vscode/settings.json", "other"),
        ("config/tsconfigs.json", "json"),
        ("setup.cfg", "ini"),
        ("tox.ini", "ini"),
        (".env", "other"),
        ("Makefile", "make"),
        ("GNUmakefile", "make"),
        ("makefile", "make"),
        ("rules.mk", "make"),
        ("Makefile.am", "other"),
        ("Dockerfile", "docker"),
        ("Dockerfile.gpu", "docker"),
        ("serving.Dockerfile", "docker"),
        ("train.dockerfile", "docker"),
        ("Containerfile", "docker"),
        ("Dockerfile.dockerignore", "other"),
        (".dockerignore", "other"),
        ("run.sh", "shell"),
        ("run.bash", "shell"),
        ("run.zsh", "shell"),
        ("README", "readme"),
        ("sub/README.md", "readme"),
        ("Readme.rst", "readme"),
        ("README_de.md", "readme"),
        ("README.zh-CN.md", "readme"),
        ("README.png", "other"),
        ("notes.md", "other"),
        ("train.csv", "table"),
        ("train.TSV", "table"),
        ("train.csv.gz", "other"),
        ("features.sql", "sql"),
        ("CODEOWNERS", "codeowners"),
        (".github/CODEOWNERS", "codeowners"),
        ("sub/CODEOWNERS", "other"),
        (".bashrc", "other"),
        ("LICENSE", "other"),
        ("v1.2", "other"),
    ],
)
def test_by_name(path: str, kind: str) -> None:
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"#!/usr/bin/env python\n", "python"),
        (b"#!/usr/bin/python3.11 -u\n", "python"),
        (b"#! /usr/bin/env -S python3 -u\r\n", "python"),
        (b"#!/usr/bin/env -S uv run --script\n", "python"),
        (b"#!/usr/bin/env PYTHONPATH=. python", "python"),
        (b"#!/bin/sh\n", "shell"),
        (b"#!/usr/bin/env bash\n", "shell"),
        (b"#!/bin/bash -e\n", "shell"),
        (b"#!/usr/bin/env Rscript\n", "other"),
        (b"#!/usr/bin/pythonic\n", "other"),
        (b"#!/bin/fish\n", "other"),
        (b"python\n", "other"),
        (b"", "other"),
    ],
)
def test_by_first_line(line: bytes, kind: str) -> None:
    assert kind_of("bin/script", line) == kind
    assert kind_of("bin/script.txt", line) == "other"
