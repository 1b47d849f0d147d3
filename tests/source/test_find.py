"""Discovery in folders and checkouts on the disk."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from mltd.source import Skip, SourceFile, Tree, find

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links and odd names need a POSIX system")


def write(root: Path, *paths: str, text: str = "x = 1\n") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")


def git(root: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "protocol.file.allow=always", *arguments],
        cwd=root,
        check=True,
        capture_output=True,
    )


def paths(tree: Tree) -> list[str]:
    return [file.path for file in tree.files]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    git(tmp_path, "init", "-q")
    return tmp_path


# ------------------------------------------------------------------ folders


def test_a_folder(tmp_path: Path) -> None:
    write(tmp_path, "b.py", "a/c.py", "a/data.parquet", "config.yaml", "notes.md")
    tree = find(tmp_path)
    assert tree.files == (
        SourceFile("a/c.py", "python", 6),
        SourceFile("b.py", "python", 6),
        SourceFile("config.yaml", "yaml", 6),
    )
    assert tree.names == {"b.py", "a/c.py", "a/data.parquet", "config.yaml", "notes.md"}
    assert (tree.skipped, tree.excluded, tree.tracked) == ((), (), False)
    assert tree.root == tmp_path.resolve()
    assert tree.read("a/c.py") == b"x = 1\n"


def test_an_empty_folder(tmp_path: Path) -> None:
    assert find(tmp_path).files == ()


def test_a_missing_root(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nothing"):
        find(tmp_path / "nothing")


def test_a_single_file(tmp_path: Path) -> None:
    write(tmp_path, "a/train.py", "a/other.py")
    tree = find(tmp_path / "a" / "train.py")
    assert tree.root == (tmp_path / "a").resolve()
    assert paths(tree) == ["train.py"]
    assert tree.names == {"train.py"}


def test_a_single_file_that_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, "image.png")
    tree = find(tmp_path / "image.png")
    assert tree.files == ()
    assert tree.skipped == (Skip("image.png", "not a kind of file that is read"),)


def test_a_single_file_is_read_though_its_folder_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "node_modules/tool.py")
    assert paths(find(tmp_path / "node_modules" / "tool.py")) == ["tool.py"]


def test_scripts_without_a_suffix(tmp_path: Path) -> None:
    write(tmp_path, "bin/train", text="#!/usr/bin/env python3\nx = 1\n")
    write(tmp_path, "bin/run", text="#!/bin/sh\ntrue\n")
    write(tmp_path, "bin/data", "bin/empty", text="")
    assert [(file.path, file.kind) for file in find(tmp_path).files] == [("bin/run", "shell"), ("bin/train", "python")]


def test_sizes(tmp_path: Path) -> None:
    sizes = {"a.py": 5, "b.py": 6, "a.json": 0.25, "b.json": 0.3, "a.yaml": 6, "c.csv": 7, "n.ipynb": 101}
    for name, size in sizes.items():
        with (tmp_path / name).open("wb") as file:
            file.truncate(int(size * (1 << 20)))
    tree = find(tmp_path)
    assert paths(tree) == ["a.json", "a.py", "c.csv"]
    assert tree.skipped == (Skip("b.py", "larger than 5 MB"), Skip("n.ipynb", "larger than 100 MB"))
    assert len(tree.names) == 7


def test_of_a_table_only_the_head_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,label\n" + "1,2\n" * 50_000)
    (tmp_path / "b.csv").write_text("id,label\n1,2")
    (tmp_path / "c.csv").write_text("x" * 100_000)
    tree = find(tmp_path)
    assert tree.read("a.csv").startswith(b"id,label\n")
    assert tree.read("a.csv").endswith(b"1,2\n")
    assert len(tree.read("a.csv")) <= (1 << 16) + 1
    assert tree.read("b.csv") == b"id,label\n1,2"
    assert len(tree.read("c.csv")) == (1 << 16) + 1


# ------------------------------------------------------------------ git


def test_a_checkout(checkout: Path) -> None:
    write(checkout, "tracked.py", "gone.py", "new.py", "ignored.py", "sub/forced.py", "sub/data.csv")
    write(checkout, ".gitignore", text="ignored.py\nforced.py\n*.csv\n")
    git(checkout, "add", ".")
    git(checkout, "add", "-f", "sub/forced.py")
    git(checkout, "rm", "-q", "--cached", "new.py")
    (checkout / "gone.py").unlink()
    tree = find(checkout)
    assert paths(tree) == ["new.py", "sub/forced.py", "tracked.py"]
    assert tree.tracked
    assert tree.names == {".gitignore", "new.py", "sub/forced.py", "tracked.py"}


def test_a_folder_of_a_checkout(checkout: Path) -> None:
    write(checkout, "top.py", "sub/a.py", "sub/b/c.py", "sub/ignored.py")
    write(checkout, ".gitignore", text="ignored.py\n")
    git(checkout, "add", ".")
    tree = find(checkout / "sub")
    assert paths(tree) == ["a.py", "b/c.py"]
    assert tree.tracked


def test_an_ignored_folder_named_as_root_is_walked(checkout: Path) -> None:
    write(checkout, "scratch/a.py", "scratch/out/b.py")
    write(checkout, ".gitignore", text="scratch/\n")
    write(checkout, "scratch/.gitignore", text="out/\n")
    git(checkout, "add", ".")
    assert paths(find(checkout / "scratch")) == ["a.py"]


def test_names_that_git_would_quote(checkout: Path) -> None:
    names = ["a b.py", 'quo"te.py', "tab\t.py", "line\nbreak.py", "ünï.py", "日本.py", "{{ cookie }}.py", "-n.py"]
    write(checkout, *names)
    assert paths(find(checkout)) == sorted(names)


def test_a_merge_conflict_lists_a_file_once(checkout: Path) -> None:
    write(checkout, "a.py")
    git(checkout, "add", ".")
    git(checkout, "commit", "-qm", "1")
    git(checkout, "checkout", "-qb", "other")
    write(checkout, "a.py", text="x = 2\n")
    git(checkout, "commit", "-qam", "2")
    git(checkout, "checkout", "-q", "-")
    write(checkout, "a.py", text="x = 3\n")
    git(checkout, "commit", "-qam", "3")
    with pytest.raises(subprocess.CalledProcessError):
        git(checkout, "merge", "other")
    assert paths(find(checkout)) == ["a.py"]


def test_submodules_and_nested_checkouts_are_left_alone_and_told(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    library = tmp_path_factory.mktemp("library")
    git(library, "init", "-q")
    write(library, "lib.py")
    git(library, "add", ".")
    git(library, "commit", "-qm", "1")
    write(checkout, "a.py")
    git(checkout, "submodule", "add", "-q", str(library), "modules/lib")
    git(checkout, "clone", "-q", str(library), "nested")
    tree = find(checkout)
    assert paths(tree) == ["a.py"]
    assert tree.excluded == ("modules/lib/", "nested/")
    assert paths(find(checkout, include=["modules/lib/"])) == ["a.py", "modules/lib/lib.py"]


def test_a_file_of_a_folder_that_became_a_link_is_not_read(checkout: Path) -> None:
    write(checkout, "old/a.py", "new/a.py")
    git(checkout, "add", ".")
    shutil.rmtree(checkout / "old")
    (checkout / "old").symlink_to("new")
    assert paths(find(checkout)) == ["new/a.py"]


def test_the_environment_of_a_hook_does_not_lead_astray(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path_factory.mktemp("other")
    git(other, "init", "-q")
    write(other, "b.py")
    git(other, "add", ".")
    write(checkout, "a.py")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    assert paths(find(checkout)) == ["a.py"]


def test_nothing_that_the_checkout_configures_is_run(checkout: Path) -> None:
    write(checkout, "a.py")
    write(checkout, "evil.sh", text="#!/bin/sh\ntouch ran\n")
    (checkout / "evil.sh").chmod(0o755)
    git(checkout, "config", "core.fsmonitor", str(checkout / "evil.sh"))
    assert "a.py" in paths(find(checkout))
    assert not (checkout / "ran").exists()


@pytest.mark.parametrize("failure", ["missing", "dubious"])
def test_without_git_the_same_files_are_found(checkout: Path, failure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write(checkout, "a.py", "ignored.py", "sub/keep.py", "sub/no.py", "secret.py", "sub/deep/x.log", "sub/deep/y.py")
    write(checkout, ".gitignore", text="ignored.py\n*.log\nsub/*.py\n!sub/keep.py\n")
    write(checkout, "sub/.gitignore", text="/deep/y.*\n!x.log\n")
    write(checkout, ".git/info/exclude", text="secret.py\n")
    expected = {root: find(checkout / root).names for root in (".", "sub", "sub/deep")}
    assert expected["."] == {".gitignore", "a.py", "sub/.gitignore", "sub/keep.py", "sub/deep/x.log"}
    if failure == "missing":
        monkeypatch.setenv("PATH", str(checkout / "nowhere"))
    else:
        monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    for root, names in expected.items():
        tree = find(checkout / root)
        assert not tree.tracked
        assert tree.names == names


# ------------------------------------------------------------------ patterns


@pytest.mark.parametrize("tracked", [False, True])
def test_exclude_and_include(tmp_path: Path, tracked: bool) -> None:
    if tracked:
        git(tmp_path, "init", "-q")
    write(tmp_path, "a.py", "old/b.py", "old/keep.py", "old/c.txt", "gen.py", "venv/pyvenv.cfg", "venv/lib/own.py")
    write(tmp_path, "venv/lib/other.py", "hidden/d.py")
    write(tmp_path, ".gitignore", text="hidden/\n")
    tree = find(tmp_path, exclude=["old/*", "!old/keep.py", "/gen.py"])
    assert paths(tree) == ["a.py", "old/keep.py"]
    assert tree.excluded == ("gen.py", "old/b.py", "venv/")
    tree = find(tmp_path, include=["own.py", "hidden/"], exclude=["old/"])
    assert paths(tree) == ["a.py", "gen.py", "hidden/d.py", "venv/lib/own.py"]
    assert tree.excluded == ("old/", "venv/")
    assert paths(find(tmp_path, include=["venv/", "old/"], exclude=["old/", "gen.py"])) == [
        "a.py",
        "venv/lib/other.py",
        "venv/lib/own.py",
        "venv/pyvenv.cfg",
    ]


# ------------------------------------------------------------------ links


@needs_links
@pytest.mark.parametrize("tracked", [False, True])
def test_links(tmp_path: Path, tracked: bool) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    write(root, "real/a.py", "real/data.csv")
    write(outside, "b.py", "c.png", "folder/d.py")
    if tracked:
        git(root, "init", "-q")
    for link, target in {
        "again.py": "real/a.py",
        "folder": "real",
        "real/circle": "..",
        "self": "self",
        "dangling.py": "nowhere.py",
        "far.py": str(outside / "b.py"),
        "far.png": str(outside / "c.png"),
        "away": str(outside / "folder"),
    }.items():
        (root / link).symlink_to(target)
    if tracked:
        git(root, "add", ".")
    tree = find(root)
    assert paths(tree) == ["real/a.py", "real/data.csv"]
    assert tree.names == {"real/a.py", "real/data.csv", "again.py", "far.py", "far.png"}
    assert tree.excluded == ("away/", "far.py")
    assert tree.skipped == ()


@needs_links
def test_a_root_that_is_a_link(tmp_path: Path) -> None:
    write(tmp_path, "real/a.py")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "link.py").symlink_to("real/a.py")
    assert find(tmp_path / "link") == find(tmp_path / "real")
    assert paths(find(tmp_path / "link.py")) == ["link.py"]


# ------------------------------------------------------------------ what cannot be read


@needs_links
@pytest.mark.parametrize("tracked", [False, True])
def test_names_that_are_not_utf8(tmp_path: Path, tracked: bool) -> None:
    if tracked:
        git(tmp_path, "init", "-q")
    for name in (b"caf\xe9.py", b"caf\xe9.png"):
        try:
            Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"x = 1\n")
        except OSError:
            pytest.skip("the file system takes no such name")
    tree = find(tmp_path)
    assert tree.files == ()
    assert tree.skipped == (Skip("caf\\xe9.py", "file name is not UTF-8"),)
    assert tree.names == {"caf\\xe9.py", "caf\\xe9.png"}


@needs_links
def test_pipes_and_sockets_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(tmp_path)
        server.bind("socket.py")
        tree = find(tmp_path)
    assert tree.files == ()
    assert tree.skipped == (Skip("pipe.py", "not a regular file"), Skip("socket.py", "not a regular file"))


_LISTING = """
import os, sys
from pathlib import Path
from mltd.source import find
find(Path(sys.argv[2]))  # imports what it needs, while that may still be read
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
tree = find(Path(sys.argv[1]))
print([file.path for file in tree.files], [(skip.path, skip.reason) for skip in tree.skipped])
"""


@needs_links
@pytest.mark.parametrize("tracked", [False, True])
def test_permissions(tmp_path: Path, tracked: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        write(root, "a.py", "closed.py", "closed.png", "tracked/c.py", "tracked/d.png", "untracked/b.py")
        if tracked:
            git(root, "init", "-q")
            git(root, "add", "a.py", "closed.py", "closed.png", "tracked")
        shut = [root / "closed.py", root / "closed.png", root / "untracked", root / "tracked"]
        for path in shut:
            path.chmod(0)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "HOME": name}
        environment |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
        command = [sys.executable, "-c", _LISTING, name, str(tmp_path)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        for path in shut:
            path.chmod(0o755)
    known = ["tracked/c.py"] if tracked else []  # git still tells what it tracks there
    expected = [(path, "permission denied") for path in ("closed.py", "tracked/", *known, "untracked/")]
    assert done.stdout.strip() == f"['a.py'] {expected}", done.stderr
