"""Everything that can go wrong, as one tree; each class knows the exit code that it ends a run with.

    KetenError                    8   keten itself failed
    ├── UsageError                2   wrong usage, or a question and no terminal to ask it on
    │   ├── ScenarioError         2   the scenario is invalid; carries every problem found
    │   └── SettingsError         2   a setting is missing or invalid
    ├── GrantError                1   one grant cannot be recorded as it should be; the others can
    │   ├── Mismatch              1   the screen says something else than the scenario
    │   └── PortalRefused         1   the portal says no, in its own words
    ├── InDoubt                   4   recorded or not: a person must look
    ├── SignInError               5   the portal does not let us in, or as another organisation
    │   ├── SignInRefused         5   the portal does not accept the credentials; keten does not try them again
    │   └── SessionExpired        5   the portal has let us in and asks again
    ├── PortalError               6   the portal cannot be reached, or is not as the profile says
    │   ├── PortalUnreachable     6
    │   ├── PortalInMaintenance   6
    │   ├── ForeignOrigin         6   a page or form goes to an address that is not allowed
    │   └── ControlError          6   a control is missing, ambiguous, or of another kind
    ├── Busy                      7   another run holds the organisation or the account
    ├── BrowserError              8   no browser, or it stopped
    ├── StorageError              8   a file cannot be written
    └── Interrupted             130   stopped by a signal, all safe

A message says what happened, where (`file:line:column`, or screen and control), and what to do now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a file: where it stands (line and column from 1), what is wrong, and a hint what to do."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}" + (f"\n    {self.hint}" if self.hint else "")

    def as_warning(self) -> str:
        """The same, of what is no mistake but may not be meant."""
        return str(replace(self, message=f"warning: {self.message}"))


class KetenError(Exception):
    """What happened and where; `hint` says what to do now."""

    exit_code = 8

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message

    @property
    def parts(self) -> Sequence[KetenError]:
        """The errors that this one tells together; as a rule it is the only one."""
        return [self]

    @property
    def in_a_line(self) -> str:
        """Message and hint on one line, for a table or a document."""
        return f"{self.message} — {self.hint}" if self.hint else self.message


class UsageError(KetenError):
    """The command cannot be run as it was asked."""

    exit_code = 2


class ScenarioError(UsageError):
    """A scenario or profile file is invalid; `problems` and `warnings` hold all that was found, in file order."""

    def __init__(self, problems: Iterable[Problem], warnings: Iterable[Problem] = ()) -> None:
        self.problems = sorted(problems)
        self.warnings = sorted(warnings)
        count = len(self.problems)
        super().__init__("\n".join(map(str, self.problems)), f"{count} problem{'s' if count != 1 else ''} found.")


class SettingsError(UsageError):
    """A setting is missing or invalid."""


class GrantError(KetenError):
    """One grant cannot be recorded as it should be."""

    exit_code = 1


class Mismatch(GrantError):
    """The screen says something else than the scenario; the message shows both sides."""


class PortalRefused(GrantError):
    """The portal refuses, in its own words."""


class InDoubt(KetenError):
    """A click was made, and whether it recorded a grant cannot be told: a person must look."""

    exit_code = 4


class SignInError(KetenError):
    """The portal does not let us in, or lets us in as another organisation."""

    exit_code = 5


class SignInRefused(SignInError):
    """The portal does not accept the credentials, in its own words; `words` holds them, to be remembered."""

    def __init__(self, message: str, hint: str, words: str) -> None:
        super().__init__(message, hint)
        self.words = words


class SessionExpired(SignInError):
    """The portal had let us in, and asks for a new sign-in."""


class PortalError(KetenError):
    """The portal cannot be used as the profile says."""

    exit_code = 6


class PortalUnreachable(PortalError):
    """The portal does not answer."""


class PortalInMaintenance(PortalError):
    """The portal says that it is in maintenance."""


class ForeignOrigin(PortalError):
    """A page or form goes to an address that is not allowed."""


class ControlError(PortalError):
    """A control of the profile is missing, ambiguous, or of another kind than it must be."""


class Busy(KetenError):
    """Another run holds this organisation."""

    exit_code = 7


class BrowserError(KetenError):
    """No browser is available, or it stopped."""


class StorageError(KetenError):
    """A file or folder cannot be written."""


class Interrupted(KetenError):
    """A signal stopped the run; what was done is safe."""

    exit_code = 130


_PRECEDENCE = (4, 8, 130, 5, 6, 7, 2, 1, 3)


def worst(exit_codes: Iterable[int]) -> int:
    """The exit code of a run in which all of these came up: the first of 4, 8, 130, 5, 6, 7, (2,) 1, 3, else 0."""
    codes = set(exit_codes)
    return next((code for code in _PRECEDENCE if code in codes), 0)
