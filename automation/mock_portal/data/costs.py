"""What a ketenmachtiging costs at the stand-in portal, in euros, VAT included; the prices are made up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

ONCE = Decimal("4.95")
PER_YEAR = {"general": Decimal("9.95"), "providers": Decimal("3.50"), "services": Decimal("1.45")}
_UNITS = {
    "general": ("algemene bevoegdheid", "algemene bevoegdheid"),
    "providers": ("dienstverlener", "dienstverleners"),
    "services": ("dienst", "diensten"),
}


@dataclass(frozen=True)
class Quote:
    """The costs of one grant: the lines that make it up, and their sum."""

    lines: tuple[tuple[str, Decimal], ...]

    @property
    def total(self) -> Decimal:
        """The sum of the lines."""
        return sum((amount for _, amount in self.lines), Decimal(0))


def quote(kind: str, count: int, years: int) -> Quote:
    """What `count` things of a kind (`general`, `providers`, `services`) cost for so many years."""
    unit = _UNITS[kind][count != 1]
    return Quote((("Eenmalige kosten", ONCE), (f"{count} {unit}, {years} jaar", PER_YEAR[kind] * count * years)))
