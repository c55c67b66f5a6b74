"""Local stand-in for the court's account store: the program that the link connector calls in the demo.

``python -m helpdesk.service.demo.account_store FILE`` keeps a salted hash per account in that SQLite file. A court
puts its own program in its place (``HELPDESK_RESET_COMMAND``). The contract is the connector's: one JSON object on
standard input, exit code 0 when the password is set, otherwise a sentence on standard error.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
from pathlib import Path

ROUNDS = {"n": 2**14, "r": 8, "p": 1}


def main() -> int:
    """Read the request, keep the hash; the exit code."""
    if len(sys.argv) != 2:
        print("usage: python -m helpdesk.service.demo.account_store FILE < REQUEST.json", file=sys.stderr)
        return 2
    try:
        request = json.load(sys.stdin)
        account, password = request["ecf_user_id"], request["password"]
    except (ValueError, KeyError, TypeError) as error:
        print(f"the request cannot be understood: {error!r}", file=sys.stderr)
        return 2
    if not isinstance(account, str) or not isinstance(password, str) or len(password) < 8:
        print("the request needs ecf_user_id and a password of at least 8 characters", file=sys.stderr)
        return 2
    set_password(Path(sys.argv[1]), account, password)
    return 0


def set_password(store: Path, account: str, password: str) -> None:
    """Replace the account's password by this one; only a salted scrypt hash is kept."""
    salt = os.urandom(16)
    with sqlite3.connect(store) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS account (id TEXT PRIMARY KEY, salt BLOB, hash BLOB)")
        connection.execute("REPLACE INTO account VALUES (?, ?, ?)", (account, salt, _hash(password, salt)))
    connection.close()


def accepts(store: Path, account: str, password: str) -> bool:
    """Whether this is the account's password."""
    with sqlite3.connect(store) as connection:
        row = connection.execute("SELECT salt, hash FROM account WHERE id = ?", (account,)).fetchone()
    connection.close()
    return row is not None and _hash(password, row[0]) == row[1]


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, **ROUNDS)


if __name__ == "__main__":
    sys.exit(main())
