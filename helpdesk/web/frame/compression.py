"""Pages, scripts and styles travel packed, so that a slow line is no slow helpdesk.

The length of a packed page tells something of what is in it. So a page's length is blurred at random, which makes
guessing a secret by repeated requests impractical; and pages for the public, which may hold a temporary password, are
not packed at all.
"""

from __future__ import annotations

import gzip
import io
import secrets
from functools import lru_cache

from flask import Flask, Response, request

PACKED_TYPES = frozenset(
    {"text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml", "application/json"}
)
SMALLEST = 800  # bytes; less fits into one packet anyway
BLUR = 128  # bytes
_LEVEL = 5


def register(app: Flask) -> None:
    """Pack every response that gains by it, for browsers that can unpack it."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if response.mimetype not in PACKED_TYPES or request.blueprint == "public":
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or not request.accept_encodings.quality("gzip"):
        return response
    response.direct_passthrough = False  # a file of ours: read it, it is small
    content = response.get_data()
    if len(content) < SMALLEST:
        return response
    fixed = request.endpoint == "static"
    response.set_data(_packed_once(content) if fixed else _packed(content, blur=secrets.randbelow(BLUR)))
    response.headers["Content-Encoding"] = "gzip"
    tag, _ = response.get_etag()
    if tag is not None:
        response.set_etag(tag, weak=True)  # the same content in other bytes
    return response


@lru_cache(maxsize=64)
def _packed_once(content: bytes) -> bytes:
    return _packed(content, blur=0)


def _packed(content: bytes, *, blur: int) -> bytes:
    """In gzip's format. Its header may carry a file's name, which nobody reads: it is as long as the blur."""
    out = io.BytesIO()
    with gzip.GzipFile(filename="x" * blur, mode="wb", compresslevel=_LEVEL, fileobj=out, mtime=0) as packer:
        packer.write(content)
    return out.getvalue()
