"""What can be tuned, from `params.yaml`."""

from typing import Any

import yaml

from retention import paths


def load_params() -> dict[str, Any]:
    return yaml.safe_load(paths.PARAMS.read_text())
