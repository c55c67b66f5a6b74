"""The court policy that understanding rests on."""

from __future__ import annotations

from typing import Protocol

from helpdesk.policy import Categories, Court, Courts, Doubts, Extraction, Remarks, Wording


class ReadingRules(Protocol):
    """So much of the rules."""

    @property
    def court(self) -> Court: ...
    @property
    def courts(self) -> Courts: ...
    @property
    def extraction(self) -> Extraction: ...
    @property
    def doubts(self) -> Doubts: ...
    @property
    def remarks(self) -> Remarks: ...
    @property
    def categories(self) -> Categories: ...
    @property
    def wording(self) -> Wording: ...
