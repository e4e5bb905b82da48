"""What is read of a control is what a person sees, with all that stands beside it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from automation.inputs.profile import load
from pages.controls import Text
from pages.profile.parts import Locator
from pages.screen import Part, Screen
from pages.view import View


class Shown(Screen):
    """A screen whose one text has the id `it`."""

    name = "shown"
    ready = "it"

    text = Part(Text, "it")


@pytest.fixture
def screen(page: Page) -> Shown:
    profile = load()
    screens = {**profile.screens, "shown": {"it": (Locator(css="#it"),)}}
    return Shown(View(page, profile.model_copy(update={"screens": screens}), "http://127.0.0.1/beheer"))


@pytest.mark.parametrize("where", ["#it::after", "#it::before", "#it b::after"])
def test_what_the_style_sheet_writes_beside_an_amount_is_read_with_it(screen: Shown, where: str) -> None:
    screen.view.page.set_content(
        f"<style>{where} {{ content: ' per jaar' }}</style><output id=it><b>€ 12,20</b> incl. btw</output>"
    )

    read = screen.text.read()

    assert "per jaar" in read
    with pytest.raises(ValueError, match="per jaar"):
        screen.profile.formats.amount(read)


def test_what_stands_beside_the_items_of_a_list_is_an_item_too(screen: Shown) -> None:
    screen.view.page.set_content("<div id=it>Alle diensten van RVO<ul><li>UWV: WIA</li></ul></div>")

    assert screen.text.items() == ["UWV: WIA", "Alle diensten van RVO"]
