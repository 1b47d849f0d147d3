"""``python -m mltd``."""

import sys

from mltd.cli import main

if __name__ == "__main__":
    sys.exit(main())
