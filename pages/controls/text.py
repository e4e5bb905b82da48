"""Text that is only read."""

from __future__ import annotations

from pages.controls.control import Control, Nature

_ITEMS = """element => {
    const items = [...element.querySelectorAll('li, [role=listitem], [role=option], [role=row]')];
    const besides = element.cloneNode(true);
    besides.querySelectorAll('li, [role=listitem], [role=option], [role=row]').forEach(item => item.remove());
    if (items.length && besides.textContent.trim()) items.push(besides);
    return (items.length ? items : [element]).map(item => {
        const copy = item.cloneNode(true);
        copy.querySelectorAll('button, [role=button], [aria-hidden=true]').forEach(part => part.remove());
        return copy.textContent;
    }).map(text => text.replace(/\\s+/g, ' ').trim()).filter(text => text !== '');
}"""

_SHOWN = """element => {
    const drawn = [element, ...element.querySelectorAll('*')].flatMap(part =>
        ['::before', '::after'].map(which => getComputedStyle(part, which).content)
            .filter(content => content.startsWith('"') && /[\\p{L}\\p{N}]/u.test(content)));
    return [element.innerText, ...drawn].join(' ');
}"""
"""The text that a person sees, with what the style sheet draws beside it: it may say that an amount is a rate."""


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
        """The texts of the list's items, buttons in them left out; of something that is no list, its one text."""
        return list(self.find().evaluate(_ITEMS))
