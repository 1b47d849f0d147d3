"""All facts -> values: the abstract interpreter that resolves names, texts, frames and models across files."""
