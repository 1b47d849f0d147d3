"""A rule's page for readers."""

from __future__ import annotations

from mltd.report.page import condensed, titled

PAGE = """# r

## Debt

### One

```python title="a.py"
## no heading
```

### Two

text

### Three

## Not debt

### Only

## Options

### kept
"""


def test_a_file_is_named_above_its_block() -> None:
    assert "`a.py`:\n\n```python\n## no heading\n```" in titled(PAGE)


def test_further_examples_are_left_out_and_counted() -> None:
    short = condensed(PAGE, 1, "({} more)")
    assert "### One" in short
    assert "## no heading" in short
    assert "### Two" not in short
    assert "text" not in short
    assert short.index("(2 more)") < short.index("## Not debt")
    assert "### Only" in short
    assert short.count("more)") == 1
    assert short.endswith("## Options\n\n### kept\n")


def test_what_is_short_stays_as_it_is() -> None:
    assert condensed(PAGE, 3, "") == PAGE
