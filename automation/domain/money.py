"""Amounts in euros."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, order=True)
class Money:
    """An amount in euros, VAT included, compared exactly."""

    amount: Decimal

    @classmethod
    def parse(cls, text: str) -> Money:
        """`EUR 40.00` as in a scenario; ValueError for anything else."""
        match = re.fullmatch(r"\s*EUR\s+([0-9]{1,9}(?:\.[0-9]{1,2})?)\s*", text)
        if not match:
            raise ValueError(f"'{text}' is not written as an amount")
        return cls(Decimal(match[1]).quantize(Decimal("0.01")))

    @classmethod
    def parse_dutch(cls, text: str) -> Money:
        """`€ 1.234,56`, `EUR 24,95` or `€ 25,-`; ValueError for anything else, and for other text around it."""
        plain = " ".join(text.replace("\xa0", " ").replace("\u202f", " ").split())
        match = re.fullmatch(
            r"(?:€|EUR) ?((?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,9}))(?:,([0-9]{2}|-|–))?", plain
        ) or re.fullmatch(r"((?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,9})),([0-9]{2}|-|–) ?(?:€|EUR|euro)", plain)
        if not match:
            raise ValueError(f"'{plain}' is not a single amount in euros")
        cents = match[2] if match[2] and match[2].isdigit() else "00"
        return cls(Decimal(f"{match[1].replace('.', '')}.{cents}"))

    def as_data(self) -> dict[str, str]:
        """`{"amount": "24.95", "currency": "EUR"}`, for JSON."""
        return {"amount": f"{self.amount:.2f}", "currency": "EUR"}

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + other.amount)

    def __str__(self) -> str:
        return f"EUR {self.amount:.2f}"
