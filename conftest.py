"""The examples of every rule's page are tests."""

from mltd.testing import pytest_collect_file

pytest_plugins = ["pytester"]

__all__ = ["pytest_collect_file"]
