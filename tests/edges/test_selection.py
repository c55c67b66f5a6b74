"""A list of tickets is its address: what is no list is not found."""

from __future__ import annotations

import pytest

from helpdesk.errors import NotFoundError
from helpdesk.store.cases import selection
from helpdesk.store.desk import queue


@pytest.mark.parametrize(
    "address",
    [
        "ready",
        "review,category=pacer_link,urgent,with=7,sort=newest",
        "waiting,with=nobody",
        "mine,urgent",
        "closed,category=general,sort=oldest",
    ],
)
def test_a_list_is_its_address(address: str) -> None:
    assert str(selection.parse(address)) == address


@pytest.mark.parametrize(
    "address",
    [
        *("", "nothing", "ready,", "ready,category=x", "ready,with=", "ready,with=99999999999", "ready,with=²"),
        *(f"ready,with=00000000001{'9' * 20}", f"ready,with=00000000001{'9' * 5000}"),
        *("mine,with=1", "ready,x=1", "closed,urgent", "closed,with=1", "closed,sort=urgent", "ready,sort=best"),
    ],
)
def test_what_is_no_list_is_not_found(address: str) -> None:
    assert not queue.known(address)
    with pytest.raises(NotFoundError):
        selection.parse(address)


@pytest.mark.parametrize("key", ["x", "1.2", "1.2.x", "1.99999999999999999999999.1", "0.0.-1", "0.0.99999999999"])
def test_a_page_that_does_not_exist_is_not_found(key: str) -> None:
    with pytest.raises(NotFoundError):
        selection.parse_key(key)
