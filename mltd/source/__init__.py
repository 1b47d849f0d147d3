"""Trees of files: which there are, what kind each is, and the text of those that hold Python."""

from mltd.source.decode import Unreadable, decode_python
from mltd.source.kinds import kind_of
from mltd.source.tree import Skip, SourceFile, Tree, find

__all__ = ["Skip", "SourceFile", "Tree", "Unreadable", "decode_python", "find", "kind_of"]
