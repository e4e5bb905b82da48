"""Text that is only read."""

from __future__ import annotations

from pages.controls.control import Control, Nature
from pages.controls.elements import ask

_SHOWN = """element => {
    const drawn = [element, ...element.querySelectorAll('*')].flatMap(part =>
        ['::before', '::after'].map(which => getComputedStyle(part, which).content)
            .filter(content => content.startsWith('"') && /[\\p{L}\\p{N}]/u.test(content)));
    return [element.innerText, ...drawn].join(' ');
}"""
"""The text that a person sees, with what the style sheet adds to it: it may say that an amount is a rate."""


class Text(Control):
    """Something that is only read: never a field, whose value need not be what the portal goes by."""

    kind = "text"

    def fits(self, nature: Nature) -> bool:
        """Anything but a field."""
        return not nature.is_field

    def read(self) -> str:
        """The visible text, white space folded."""
        return " ".join(str(self.find().evaluate(_SHOWN)).split())

    def items(self) -> list[str]:
        """The texts of the list's items, buttons in them left out; of something that is no list, its lines."""
        return list(ask(self.find(), "items"))


class Chosen(Control):
    """Where it is shown what is chosen: tokens or a list, or the very control that one chooses with."""

    kind = "list of what is chosen"

    def items(self) -> list[str]:
        """The texts of what is chosen; none when nothing is."""
        element = self.find()
        chosen = ask(element, "chosenOf")
        return list(ask(element, "items") if chosen is None else chosen)
