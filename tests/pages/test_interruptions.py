"""What may stand in the way on any screen, and how it is dismissed: never by the button that records."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Error, Page

from automation.errors import ControlError
from automation.inputs.profile import load
from pages.view import View

PAGE = """<meta charset=utf-8><main><h1>Controleren</h1><button id=other>Anders</button>
    <p><button class=go onclick="document.title += '!'"><span>Vastleggen</span></button></p></main>"""


@pytest.mark.parametrize("dismiss", [".go", ".go span", "p"], ids=["the button", "in it", "around it"])
def test_no_interruption_is_dismissed_by_the_button_that_records(page: Page, tmp_path: Path, dismiss: str) -> None:
    profile = tmp_path / "profile.yaml"
    profile.write_text(f"interruptions: [{{dialog: {{css: main}}, dismiss: {{css: '{dismiss}'}}}}]", "utf-8")
    view = View(page, load(profile), "http://127.0.0.1/beheer")
    page.set_content(PAGE)
    view.watch_interruptions()

    with pytest.raises(Error):  # it stays in the way
        page.locator("#other").click(timeout=2000)
    with pytest.raises(ControlError, match="interruption 1 would be dismissed by the button that records"):
        view.clear_interruptions()
    assert page.title() == ""
