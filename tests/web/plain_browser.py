"""A browser that knows no script: it sends forms exactly as the pages have them, filled in by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask import Flask, request_finished
from werkzeug.test import TestResponse

from tests import cast

_VOID_BUTTONS = ("button", "reset", "image")


@dataclass(slots=True, kw_only=True)
class Control:
    """A field or a button."""

    tag: str
    kind: str
    name: str
    value: str
    on: bool = True  # whether it is sent when nobody touches it
    choices: list[str] = field(default_factory=list)  # of a select
    said: str = ""  # a button's accessible name
    labelled: bool = False  # which is its label, not its text
    action: str = ""  # a button's own target
    called: str = ""  # id of its form, where it stands outside


@dataclass(slots=True, kw_only=True)
class Form:
    """A form and what is in it."""

    called: str
    method: str
    action: str
    controls: list[Control] = field(default_factory=list)

    def filled(self, button: Control, by_hand: dict[str, str | list[str]]) -> list[tuple[str, str]]:
        """What is sent when the button is pressed. Only fields that the form has can be filled in."""
        names = {control.name for control in self.controls}
        assert set(by_hand) <= names, f"the form has no {set(by_hand) - names}"
        sent = [(button.name, button.value)] if button.name else []
        for control in self.controls:
            if control.tag == "button" or not control.name:
                continue
            wanted = by_hand.get(control.name)
            if control.kind in ("checkbox", "radio"):
                picked = control.on if wanted is None else control.value in wanted
                sent += [(control.name, control.value)] if picked else []
            elif isinstance(wanted, str) and control.kind != "hidden":
                assert not control.choices or wanted in control.choices, f"{wanted!r} is not offered"
                sent.append((control.name, wanted))
            else:
                sent.append((control.name, control.value))
        return sent


class _Forms(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.outside: list[Control] = []
        self._form: Form | None = None
        self._open: Control | None = None  # a button, select or textarea whose content is being read
        self._unsaid = 0  # depth inside what is hidden from assistive technology
        self.feed(page)
        for control in self.outside:
            next(form for form in self.forms if form.called == control.called).controls.append(control)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        if self._open and self._open.tag == "button" and (self._unsaid or told.get("aria-hidden") == "true"):
            self._unsaid += 1
        if tag == "form":
            self._form = Form(
                called=told.get("id", ""), method=told.get("method", "get"), action=told.get("action", "")
            )
            self.forms.append(self._form)
        elif tag in ("input", "button", "select", "textarea"):
            self._control(tag, told)
        elif tag == "option" and self._open:
            if "selected" in told or not self._open.choices:
                self._open.value = told.get("value", "")
            self._open.choices.append(told.get("value", ""))

    def _control(self, tag: str, told: dict[str, str]) -> None:
        kind = told.get("type", {"input": "text", "button": "submit"}.get(tag, tag))
        control = Control(
            tag="button" if tag == "button" or kind == "submit" else tag,
            kind=kind,
            name=told.get("name", ""),
            value=told.get("value", "on" if kind in ("checkbox", "radio") else ""),
            on="checked" in told or kind not in ("checkbox", "radio"),
            said=told.get("aria-label", ""),
            labelled="aria-label" in told,
            action=told.get("formaction", ""),
            called=told.get("form", ""),
        )
        if control.called:
            self.outside.append(control)
        elif self._form and kind not in _VOID_BUTTONS:
            self._form.controls.append(control)
        if tag != "input":
            self._open = control

    def handle_endtag(self, tag: str) -> None:
        if self._unsaid:
            self._unsaid -= 1
        elif tag == "form":
            self._form = None
        elif tag in ("button", "select", "textarea") and self._open:
            self._open.said = " ".join(self._open.said.split())
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is None or self._unsaid:
            return
        if self._open.tag == "textarea":
            self._open.value += data
        elif self._open.tag == "button" and not self._open.labelled:
            self._open.said += data


class PlainBrowser:
    """One person at a browser without script."""

    def __init__(self, app: Flask, login: str) -> None:
        self.client = app.test_client()
        self.used: set[str] = set()  # endpoints of the forms that were sent
        self.page = ""
        self.expects = (200, 422)  # statuses of the pages that it is shown
        self._app = app
        self.open("/login")
        self.press("Sign in", login=login, password=cast.PASSWORD)

    def open(self, path: str) -> str:
        """Follow a link."""
        return self._shown(self.client.get(path, follow_redirects=True))

    def press(self, button: str, **by_hand: str | list[str]) -> str:
        """Fill in and press the first button of this accessible name; returns the page that follows."""
        form, control = self._find(button, by_hand)
        target = control.action or form.action
        sent: dict[str, list[str]] = {}
        for name, value in form.filled(control, by_hand):
            sent.setdefault(name, []).append(value)
        if form.method == "get":
            return self._shown(self.client.get(target, query_string=sent, follow_redirects=True))
        asked: list[str] = []

        def note(_app: Flask, **_told: object) -> None:
            from flask import request

            if request.method == "POST" and request.endpoint:
                asked.append(request.endpoint)

        with request_finished.connected_to(note, self._app):
            page = self._shown(self.client.post(target, data=sent, follow_redirects=True))
        self.used |= set(asked)
        return page

    def _find(self, button: str, by_hand: dict[str, str | list[str]]) -> tuple[Form, Control]:
        offered = [(form, control) for form in _Forms(self.page).forms for control in form.controls]
        for form, control in offered:
            fits = set(by_hand) <= {other.name for other in form.controls}
            if fits and control.tag == "button" and control.said == button:
                return form, control
        said = sorted({control.said for _, control in offered if control.tag == "button"})
        raise AssertionError(f"no button {button!r} with fields {sorted(by_hand)}; there are {said}")

    def _shown(self, answer: TestResponse) -> str:
        assert answer.status_code in self.expects, (answer.request.path, answer.status_code, answer.text[:2000])
        self.page = answer.text
        return self.page
