"""Screens and regions: the two ideas that every page object is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Generic, TypeVar, overload

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from automation.errors import Mismatch, PortalRefused
from pages import profile as profiles
from pages.controls import Button, Control
from pages.controls.marks import marked
from pages.locating import other_than, plain_text, visible
from pages.place import Place
from pages.view import View

_LEAVING = ("continue", "error")  # which may be those of another screen on the same page
C = TypeVar("C", bound=Control)
S = TypeVar("S", bound="Screen")


class Part(Generic[C]):
    """Declares a control of a screen: its kind here, its place in the profile under the attribute's name."""

    def __init__(self, kind: type[C], name: str | None = None) -> None:
        self.kind = kind
        self.name = name or ""

    def __set_name__(self, owner: type[Screen], name: str) -> None:
        self.name = self.name or name
        owner.kinds = {**owner.kinds, self.name: self.kind}

    @overload
    def __get__(self, screen: None, owner: type[Screen]) -> Part[C]: ...
    @overload
    def __get__(self, screen: Screen, owner: type[Screen]) -> C: ...
    def __get__(self, screen: Screen | None, owner: type[Screen]) -> Part[C] | C:
        """The control on this screen; on the class, the declaration."""
        return self if screen is None else self.kind(screen.place(self.name))


class Screen:
    """One screen of the portal. `name` is its key in the profile, `ready` the control that shows it is there."""

    name: str
    ready: str
    kinds: ClassVar[Mapping[str, type[Control]]] = {}
    """The kind of each control that it declares, by its name in the profile."""

    def __init__(self, view: View, root: Locator | None = None) -> None:
        self.view = view
        self.root: Page | Locator = view.page if root is None else root

    @property
    def profile(self) -> profiles.Profile:
        """The profile that the screen is read by."""
        return self.view.profile

    def described(self, control: str) -> profiles.Control:
        """The profile's locators of a control; empty when the profile has none."""
        return self.place(control).described

    def place(self, control: str) -> Place:
        """Where the control of this name is."""
        return Place(self.view, self.name, control, self.root, lambda: self.stands)

    def control(self, name: str) -> Control:
        """The control of this name, of the kind that the screen declares for it."""
        return self.kinds.get(name, Control)(self.place(name))

    def candidates(self, control: str, **filled: str) -> list[Locator]:
        """The Playwright locators of a control, in the profile's order."""
        return self.place(control).candidates(**filled)

    def alerts(self) -> list[str]:
        """The errors that the screen shows now, and that so are no answer to what is done next."""
        return [" ".join(text.split()) for c in self.candidates("error") for text in visible(c).all_inner_texts()]

    def new_alerts(self, before: Iterable[str]) -> list[Locator]:
        """Where errors are shown, those left out that were there before."""
        return [other_than(before, candidate) for candidate in self.candidates("error")]

    def wait_for_answer(self, screen: Screen, control: str, before: Sequence[str]) -> None:
        """Wait for a control, here or on another screen, or for an error that was not there before.

        PortalRefused with the portal's words when an error comes instead, Mismatch when neither comes and a field is
        marked as wrong, ControlError when nothing tells why.
        """
        self.view.wait_until_idle()
        coming = screen.signs() if control == screen.ready else screen.candidates(control)
        errors = self.new_alerts(before)
        if not coming:
            raise screen.place(control).missing()
        try:
            index = self.view.wait_for_any(*coming, *errors)
        except PlaywrightTimeout:
            if before and self.alerts() == before:
                raise PortalRefused(f"the portal says at {self.name}: “{before[0]}”") from None
            self.stop_if_marked_wrong()
            raise screen.place(control).missing() from None
        if index >= len(coming):
            self.view.stop_if_signed_out()
            raise PortalRefused(f"the portal says at {self.name}: “{plain_text(errors[index - len(coming)])}”")

    def stop_if_marked_wrong(self, *, filled: bool = False) -> None:
        """Mismatch, with the portal's words, when it marks a field as wrong; one that holds something, if `filled`."""
        if wrong := marked(self.view.page, filled=filled):
            raise Mismatch(f"at {self.name}: {'; '.join(wrong)}")

    @property
    def stands(self) -> bool:
        """Whether a control that every portal of its kind has on this screen can be seen; so too where it has none."""
        required = self._required()
        return not required or any(control.present for control in required)

    def _required(self) -> list[Control]:
        own = [self.control(name) for name in self.profile.screens.get(self.name, {}) if name not in _LEAVING]
        return [control for control in own if control.required]

    def wait_until_ready(self: S) -> S:
        """Return when the screen is there; ControlError when it does not come."""
        self.view.wait_until_idle()
        ready = self.control(self.ready)
        if ready.required:
            ready.find()
            return self
        try:
            self.view.wait_for_any(*self.signs())
        except PlaywrightTimeout:
            raise self.place(self.ready).missing() from None
        return self

    def signs(self) -> list[Locator]:
        """What shows that it is there: its ready control, or where a portal may lack that, any that it must have."""
        ready = self.control(self.ready)
        signs = [] if ready.required else [c for control in self._required() for c in control.candidates()]
        return [*ready.candidates(), *signs]


class Step(Screen):
    """A step of the wizard: a screen that goes on to another by a button, if the portal has one."""

    def proceed_to(self, following: type[S]) -> S:
        """Go on to a step and return it when it is there.

        Mismatch when the portal marks a field as wrong that was filled in, PortalRefused when it shows an error
        instead, ControlError when neither comes.
        """
        step, before = following(self.view), self.alerts()
        self.stop_if_marked_wrong(filled=True)
        button = Button(self.place("continue"))
        if button.comes(step.control(step.ready)):
            button.press()
        self.wait_for_answer(step, step.ready, before)
        return step.wait_until_ready()


class Region(Screen):
    """A part of a screen that is there more than once, as a row of a list: its controls are looked for inside it."""

    def __init__(self, view: View, root: Locator) -> None:
        super().__init__(view, root)
