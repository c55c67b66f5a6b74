"""Several ``flask`` commands in one process: starting Python takes longer than any of them.

``python -m helpdesk.service.demo.commands '[["db", "upgrade"], ["staff", "list"]]'`` ends at the first that fails,
with its exit code. All of them read the same standard input, one after the other.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from flask.cli import cli


def main(commands: Sequence[Sequence[str]]) -> int:
    """Run them in order; the exit code."""
    for words in commands:
        try:
            cli.main(args=list(words), prog_name="flask")
        except SystemExit as ended:
            if ended.code:
                print(f"flask {' '.join(words)} failed", file=sys.stderr)
                return ended.code if isinstance(ended.code, int) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
