"""The Beheermodule as a person finds it: the ways into its screens, on one browser page."""

from __future__ import annotations

from playwright.sync_api import Page

from pages.granted_list import GrantedList
from pages.profile import Profile
from pages.shell import Shell
from pages.sign_in import SignIn
from pages.view import View


class Beheermodule:
    """The portal on one browser page; `address` is the sign-in address.

    Credentials are typed on its origin and on the `sign_in_origins`, and nowhere else.

    For example:

        def test_the_organisation_is_shown(beheermodule):
            assert "90000102" in beheermodule.organisation()
    """

    def __init__(self, page: Page, profile: Profile, address: str, sign_in_origins: tuple[str, ...] = ()) -> None:
        self.view = View(page, profile, address, sign_in_origins=sign_in_origins)
        self.view.watch_requests()
        self.view.watch_interruptions()

    @property
    def page(self) -> Page:
        """The browser page, for what has no page object."""
        return self.view.page

    def open_sign_in(self) -> SignIn:
        """Step 1: the sign-in. PortalError when the portal cannot be reached, or is not as the profile says."""
        self.view.open(self.view.address)
        return SignIn(self.view).wait_until_ready()

    def open_granted_list(self) -> GrantedList:
        """Step 2: the verleende machtigingen. SessionExpired when the portal asks for a sign-in instead."""
        self.view.open(self.view.profile.paths.granted)
        return GrantedList(self.view).wait_until_ready()

    def organisation(self) -> str:
        """The organisation that one acts for, as the portal shows it."""
        return Shell(self.view).organisation.read()
