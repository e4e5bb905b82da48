"""The result of `keten doctor`: its JSON document and its exit code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from automation.doctor import fragment
from automation.doctor.findings import Check, Findings
from automation.errors import KetenError, worst
from pages.profile import Profile


@dataclass(frozen=True)
class Report:
    """All that was found; `error` is what stopped it, `output` the folder for a helpdesk, packed in `archive`."""

    checks: list[Check]
    findings: Findings | None = None
    profile: Profile | None = None
    error: KetenError | None = None
    output: Path | None = None
    archive: Path | None = None

    @property
    def fragment(self) -> str:
        """The piece of a profile to paste."""
        return fragment.as_yaml(self.findings, self.profile) if self.findings and self.profile else ""

    @property
    def all_checks(self) -> list[Check]:
        """Those of the machine and those of the portal."""
        return [*self.checks, *(self.findings.checks if self.findings else [])]

    @property
    def exit_code(self) -> int:
        """The worst of 8 (a check of the machine failed), 6 (a required control is missing) and that of the error."""
        codes = [8] if any(not check.ok for check in self.checks) else []
        codes += [self.error.exit_code] if self.error else []
        codes += [6] if self.findings and self.findings.unfit else []
        return worst(codes)

    def document(self) -> dict[str, Any]:
        """The `--json` document."""
        found = self.findings or Findings()
        return {
            "checks": [check.as_data() for check in self.all_checks],
            "controls": [sighting.as_data() for sighting in found.sightings.values()],
            "profile_fragment": self.fragment,
            "requests": [sent.as_data() for sent in found.requests],
            "passes": found.passes,
            "errors": [{"message": self.error.message, "hint": self.error.hint}] if self.error else [],
            "output": str(self.output) if self.output else None,
            "archive": str(self.archive) if self.archive else None,
            "exit_code": self.exit_code,
        }
