"""Container files to commands."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltd.extract import extract
from mltd.facts import CommandFacts


def read(text: str) -> CommandFacts:
    found = extract("docker", "Dockerfile", text.encode())
    assert isinstance(found, CommandFacts)
    return found


def told(text: str) -> list[str]:
    return [f"{command.line} {command.folder}: {shlex.join(command.argv)}" for command in read(text).commands]


def test_a_service_as_teams_write_it() -> None:
    text = """# syntax=docker/dockerfile:1
ARG VERSION=3.11
FROM python:${VERSION}-slim AS build
ENV HOME_DIR=/app PORT=80
WORKDIR $HOME_DIR
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache \\
    # comments may stand here

    pip install -r requirements.txt && \\
    python -m nltk.downloader punkt
COPY --chown=app:app src/ ./
FROM build
COPY ["models/", "/app/models/"]
RUN cd jobs && python prepare.py --port $PORT
EXPOSE 80
CMD ["uvicorn", "main:app", "--port", "80"]
"""
    found = read(text)
    assert found.format == "docker"
    assert found.copies == [("requirements.txt", "/app/requirements.txt"), ("src", "/app"), ("models", "/app/models")]
    assert [command.target for command in found.commands] == ["build", "build", "", "", ""]
    assert told(text) == [
        "10 src: pip install -r requirements.txt",
        "11 src: python -m nltk.downloader punkt",
        "15 src: cd jobs",
        "15 src/jobs: python prepare.py --port 80",
        "17 src: uvicorn main:app --port 80",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COPY . /app\nWORKDIR /app\nCMD python a.py", ["4 .: python a.py"]),
        ("WORKDIR /app\nCOPY . .\nCMD python a.py", ["4 .: python a.py"]),
        ("COPY . /app\nCMD python /app/a.py", ["3 : python /app/a.py"]),
        ("WORKDIR /app\nCOPY src src\nCMD python src/a.py", ["4 .: python src/a.py"]),
        ("WORKDIR /app\nCOPY src/a.py conf/b.yaml ./\nCMD python a.py", ["4 src: python a.py"]),
        ("WORKDIR /app\nCOPY src/a.py src/a.py\nCMD python src/a.py", ["4 .: python src/a.py"]),
        ("WORKDIR /app\nCOPY requirements.txt a.py /app/\nCMD python a.py", ["4 .: python a.py"]),
        ("WORKDIR $X\nCOPY . .\nCMD python a.py", ["4 : python a.py"]),
        ("WORKDIR /app\nCMD python a.py", ["3 : python a.py"]),
        ("WORKDIR /a\nWORKDIR b\nCOPY . /a\nCMD python a.py", ["5 b: python a.py"]),
        ("ADD https://x/y.tar /app\nWORKDIR /app\nCMD python a.py", ["4 : python a.py"]),
    ],
)
def test_folders(text: str, expected: list[str]) -> None:
    assert told("FROM python\n" + text) == expected


def test_copies_from_another_stage() -> None:
    text = "FROM a AS one\nCOPY src /build\nFROM b\nCOPY --from=one /build /app\n"
    text += "COPY --from=nginx /etc /etc\nWORKDIR /app\nCMD ./run.sh"
    assert told(text) == ["7 src: ./run.sh"]
    assert read(text).copies == [("src", "/build")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('ENTRYPOINT ["python", "a.py"]\nCMD ["--x"]', ["2 : python a.py --x"]),
        ('ENTRYPOINT ["./start.sh"]\nCMD ["python", "a.py"]', ["2 : ./start.sh", "3 : python a.py"]),
        ('ENTRYPOINT ["tini", "--"]\nCMD ["python", "a.py"]', ["2 : tini -- python a.py"]),
        ('ENTRYPOINT python a.py\nCMD ["--x"]', ["2 : python a.py"]),
        ("CMD a\nCMD b", ["3 : b"]),
        ("CMD a\nENTRYPOINT b", ["3 : b"]),
        ('CMD ["sh", "-c", "cd x && python a.py"]', ["2 : cd x", "2 : python a.py"]),
        ("CMD ['python', 'a.py']", ["2 : '[python,' 'a.py]'"]),
        ("RUN <<EOF\ncd x\npython a.py\nEOF\nRUN b", ["3 : cd x", "4 : python a.py", "6 : b"]),
        ("RUN python <<EOF\nimport a\nEOF\nRUN b", ["2 : python", "5 : b"]),
        ("COPY <<EOF /x\nRUN no\nEOF\nRUN b", ["5 : b"]),
        ('ARG A=1\nENV B $A\nENV C="x y"\nRUN a $A $B "$C" $D', ["5 : a 1 1 'x y' '$D'"]),
        ("HEALTHCHECK CMD curl x\nrun a", ["3 : a"]),
    ],
)
def test_instructions(text: str, expected: list[str]) -> None:
    assert told("FROM python\n" + text) == expected


def test_another_escape() -> None:
    assert told("# escape=`\nFROM x\nRUN a `\n  b") == ["3 : a b"]


_PIECES = 'FROM a\n;RUN b;COPY . .\n; \\\n;WORKDIR /x\n;CMD [;";<<EOF\n;EOF\n;$X;--from=0 ;# c\n'
pieces = st.lists(st.sampled_from(_PIECES.split(";"))).map("".join)


@given(st.text() | pieces)
def test_any_text(text: str) -> None:
    read(text.encode("utf-8", "replace").decode().replace("\0", ""))
