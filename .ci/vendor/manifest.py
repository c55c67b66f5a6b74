"""Write the manifest of a vendored package: where it came from and what each file's content is."""

import hashlib
import json
import sys
from pathlib import Path

PACKAGE = "@uswds/uswds"


def main(target: Path, lock: Path) -> None:
    """Describe every file below ``target``; version and integrity come from npm's lock file."""
    locked = json.loads(lock.read_text())["packages"][f"node_modules/{PACKAGE}"]
    files = sorted(path for path in target.rglob("*") if path.is_file() and path.name != "manifest.json")
    manifest = {
        "name": PACKAGE,
        "version": locked["version"],
        "licence": "CC0-1.0; icons Apache-2.0; normalize.css MIT (LICENSE.md)",
        "source": f"npm:{PACKAGE}@{locked['version']}",
        "integrity": locked["integrity"],
        "sha256": {
            path.relative_to(target).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
        },
    }
    (target / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
