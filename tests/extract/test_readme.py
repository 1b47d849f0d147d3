"""The commands of a README."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltd.extract import extract
from mltd.facts import CommandFacts


def told(text: str, name: str = "README.md") -> list[str]:
    found = extract("readme", name, text.encode("utf-8", "replace").replace(b"\0", b""))
    assert isinstance(found, CommandFacts)
    return [f"{command.line} {command.folder}: {shlex.join(command.argv)}" for command in found.commands]


def test_a_readme_as_teams_write_it() -> None:
    text = """# Churn

Don't run `python x.py`.

```bash
git clone https://github.com/team/churn.git
cd churn
pip install -r requirements.txt  # that's all
cd src && python prepare.py --data <path to data>
```

1. Then
   ```console
   $ python train.py \\
       --lr 0.1
   Epoch 1: python is nice
   (venv) me@box:~/churn$ ./serve.sh
   ```

```python
python no.py
```

~~~
├── src/train.py   trains
python version = 3.9
python evaluate.py
~~~

    $ python indented.py

    python no.py
"""
    assert told(text) == [
        "7 .: cd churn",
        "9 .: cd src",
        "9 src: python prepare.py --data '<path to data>'",
        "14 .: python train.py --lr 0.1",
        "17 .: ./serve.sh",
        "27 .: python evaluate.py",
        "30 .: python indented.py",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```sh\npython a.py\n", ["2 .: python a.py"]),
        ("```{.bash .numberLines}\npython a.py\n```", ["2 .: python a.py"]),
        ("```shell script\npython a.py\n```", ["2 .: python a.py"]),
        ("````bash\n```\npython a.py\n````", ["3 .: python a.py"]),
        ("> ```bash\n> python a.py\n> ```", ["2 .: python a.py"]),
        ("```\n>>> import a\npython a.py\n```", []),
        ("```\n> python a.py\nout\n> python b.py\n```", ["2 .: python a.py", "4 .: python b.py"]),
        ("```powershell\nPS C:\\x> python .\\src\\a.py\n```", ["2 .: python ./src/a.py"]),
        ("```bat\npython src\\a.py ^\n  --x 1\n```", ["2 .: python src/a.py --x 1"]),
        ("```bash\ncd /path/to/x\npython a.py\n```", ["2 .: cd /path/to/x", "3 : python a.py"]),
        ("```bash\ncd path/to/x\npython a.py\n```", ["2 .: cd path/to/x", "3 : python a.py"]),
        ("```bash\ncd <repo>\npython a.py\n```", ["2 .: cd '<repo>'", "3 : python a.py"]),
        ("```bash\nls\npip install x\nsource venv/bin/activate\n```", []),
        ("```bash\nsrc/run.sh\n```", ["2 .: src/run.sh"]),
        ("```yaml\nrun: python a.py\n```", []),
    ],
)
def test_blocks(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_a_clone_of_another_repository_is_not_the_own_folder() -> None:
    text = "```\ngit clone https://x/own\ngit clone https://x/other.git lib\ncd lib\npython setup.py install\n```"
    assert told(text) == ["4 .: cd lib", "5 lib: python setup.py install"]


def test_restructured_text() -> None:
    text = """Usage
=====

Run::

    $ python a.py
    out

.. code-block:: bash
   :linenos:

   cd src
   python b.py

.. code-block:: python

   python no.py

.. note::

   python no.py

Done.
"""
    assert told(text, "README.rst") == ["6 .: python a.py", "12 .: cd src", "13 src: python b.py"]


_PIECES = "```;~~~;bash;\n;$ ;> ;    ;python a.py;::;.. code::;<a b>;cd x;git clone y;\\\n;'"
pieces = st.lists(st.sampled_from(_PIECES.split(";"))).map("".join)


@given(st.text() | pieces)
def test_any_text(text: str) -> None:
    told(text)
    told(text, "readme.rst")
