"""Folders that a command mounts into a container."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def mounts(argv: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The folders that ``docker run`` or ``podman run`` mounts, each with where the container sees it.
    https://docs.docker.com/reference/cli/docker/container/run/#volume"""
    words = list(argv)
    if words[:1] not in (["docker"], ["podman"]) or "run" not in words[1:3]:
        return
    for index, word in enumerate(words):
        flag, equals, value = word.partition("=")
        if flag in ("-v", "--volume", "--mount") and not equals:
            value = words[index + 1] if index + 1 < len(words) else ""
        if flag in ("-v", "--volume"):
            host, _colon, rest = value.partition(":")
            inside = rest.partition(":")[0]
        elif flag == "--mount":
            told = dict(part.partition("=")[::2] for part in value.split(","))
            host = told.get("source") or told.get("src") or ""
            inside = told.get("target") or told.get("dst") or told.get("destination") or ""
        else:
            continue
        if host and inside.startswith("/"):
            yield host, inside
