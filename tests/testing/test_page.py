"""Pages are read as headings and examples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mltd.testing import HEADINGS, Mark, PageError, examples, headings


def page(folder: Path, debt: str = "text", name: str = "shout", **sections: str) -> Path:
    """A page with all headings, some of its sections given."""
    lines = [f"# {name}", ""]
    for heading in HEADINGS:
        text = debt if heading == "Debt" else sections.get(heading.replace(" ", "_"), "text")
        lines += [f"## {heading}", "", text, ""]
    file = folder / f"{name}.md"
    file.write_text("\n".join(lines), "utf-8")
    return file


TWO_FILES = """
### Two files that shout

```python title="a.py"
x = 1
shout()  # debt: shout
```

They are called by:

```yaml title="conf/b.yaml"
key: value
```

### Another

```sql title="q.sql"
select shout(1) -- debt: shout
```
"""


def test_blocks_under_one_heading_are_one_project(tmp_path: Path) -> None:
    first, second = examples(page(tmp_path, TWO_FILES))
    assert first.name == "Debt: Two files that shout"
    assert first.files == {"a.py": "x = 1\nshout()\n", "conf/b.yaml": "key: value\n"}
    assert first.marks == {Mark("a.py", None, 2, "shout")}
    assert second.files == {"q.sql": "select shout(1)\n"}
    assert second.marks == {Mark("q.sql", None, 1, "shout")}


def test_the_sections_of_an_example(tmp_path: Path) -> None:
    block = '```python title="a.py"\nx = 1\n```'
    file = page(tmp_path, "none", Not_debt=block, Paid_down=block, Options=block)
    assert [one.section for one in examples(file)] == ["Not debt", "Paid down"]


NOTEBOOK = """
```python title="nb.ipynb"
import x
# %% [markdown]
# A title
# %%

shout()  # debt: shout
```
"""


def test_a_notebook_counts_all_its_cells(tmp_path: Path) -> None:
    (example,) = examples(page(tmp_path, NOTEBOOK))
    assert example.marks == {Mark("nb.ipynb", 3, 2, "shout")}
    cells = json.loads(example.files["nb.ipynb"])["cells"]
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in cells] == [
        ("code", "import x"),
        ("markdown", "# A title"),
        ("code", "\nshout()"),
    ]


def test_longer_fences_and_headings_inside_them(tmp_path: Path) -> None:
    text = '````python title="README.md"\n# Not a heading\n```bash\nrun\n```\n````\n\n~~~python title="b.py"\n# %%\n~~~'
    (example,) = examples(page(tmp_path, text))
    assert example.files == {"README.md": "# Not a heading\n```bash\nrun\n```\n", "b.py": "# %%\n"}
    assert headings(page(tmp_path, text), "shout") == []


@pytest.mark.parametrize(
    ("debt", "message"),
    [
        ("```python\nx\n```", 'this python block has no title="file" and is not tested'),
        ('```python title="a.py"\n```\n```python title="a.py"\n```', "a.py is twice in this example"),
        ('```python title="a.py"\n', "this block is never closed"),
    ],
)
def test_pages_that_test_less_than_they_seem_to(tmp_path: Path, debt: str, message: str) -> None:
    with pytest.raises(PageError, match=message):
        examples(page(tmp_path, debt))


def test_plain_text_blocks_are_prose(tmp_path: Path) -> None:
    assert examples(page(tmp_path, "```text\nmltd says\n```")) == []


def test_good_headings(tmp_path: Path) -> None:
    assert headings(page(tmp_path), "shout") == []


def test_bad_headings(tmp_path: Path) -> None:
    file = page(tmp_path, debt="")
    file.write_text(file.read_text().replace("## Options", "## Knobs"), "utf-8")
    assert headings(file, "yell") == [
        "shout.md: its title is shout, expected yell",
        "shout.md: headings are not the fixed ones (missing: Options; unknown: Knobs)",
        "shout.md: nothing stands under Debt",
    ]


def test_headings_in_the_wrong_order(tmp_path: Path) -> None:
    file = page(tmp_path)
    text = file.read_text().replace("## Debt", "## X").replace("## Not debt", "## Debt").replace("## X", "## Not debt")
    file.write_text(text, "utf-8")
    assert headings(file, "shout") == ["shout.md: headings are not the fixed ones (wrong order)"]
