"""The organisations that the stand-in portal knows: KvK's public test numbers, and made-up ones for 9000xxxx."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Organisation:
    """An organisation as in the Handelsregister."""

    kvk: str
    name: str
    place: str
    dissolved: bool = False

    @property
    def label(self) -> str:
        """Name and number, as screens show an organisation that one acts for."""
        return f"{self.name} (KvK {self.kvk})"


_NAMED = {
    organisation.kvk: organisation
    for organisation in (
        Organisation("68750110", "Accountantskantoor Jansen B.V.", "Utrecht"),
        Organisation("69599084", "Salarisbureau De Vries", "Leeuwarden"),
        Organisation("90004760", "Groepsadministratie Noord", "Groningen"),
        Organisation("90000102", "Voorbeeld Holding B.V.", "Lelystad"),
        Organisation("90000201", "Voorbeeld Vastgoed B.V.", "Lelystad"),
        Organisation("90000990", "Verdwenen Handelsonderneming B.V.", "Deventer", dissolved=True),
    )
}
_KINDS = (
    "Accountantskantoor", "Administratiekantoor", "Salarisbureau", "Belastingadvies", "Loonservice",
    "Boekhoudburo", "Bedrijfsadvies", "Personeelsdiensten", "Verzuimbegeleiding", "Subsidieadvies",
    "Financieel Beheer", "Douane-expediteur", "Juridisch Advies", "Vergunningenbureau", "Arbodienst",
    "Fiscale Diensten", "HR-services", "Kantoor", "Adviesgroep", "Zakelijke Diensten",
)  # fmt: skip
_FAMILIES = (
    "Bakker", "De Boer", "Brouwer", "Van Dam", "Dekker", "Dijkstra", "Van den Berg", "De Graaf", "Hendriks",
    "Hoekstra", "De Jong", "Kok", "Kuipers", "Van Leeuwen", "Meijer", "Mulder", "Peters", "Post", "De Ruiter",
    "Smit", "Visser", "Vos", "De Wit", "Wolters", "Zijlstra",
)  # fmt: skip
_PLACES = (
    "Almelo", "Amersfoort", "Apeldoorn", "Arnhem", "Assen", "Breda", "Den Bosch", "Ede", "Eindhoven", "Emmen",
    "Enschede", "Gouda", "Haarlem", "Heerlen", "Hoorn", "Leiden", "Nijmegen", "Roermond", "Tilburg", "Zwolle",
)  # fmt: skip


def find(kvk: str) -> Organisation | None:
    """The organisation with this number; None where the Handelsregister has none."""
    if kvk in _NAMED:
        return _NAMED[kvk]
    if len(kvk) == 8 and kvk.isascii() and kvk.isdigit() and kvk.startswith("9000") and kvk != "90000000":
        rest, kind = divmod(int(kvk[4:]), len(_KINDS))
        place, family = divmod(rest, len(_FAMILIES))
        return Organisation(kvk, f"{_KINDS[kind]} {_FAMILIES[family]} {_PLACES[place]}", _PLACES[place])
    return None


def organisation(kvk: str) -> Organisation:
    """The organisation with this number; KeyError where there is none."""
    found = find(kvk)
    if found is None:
        raise KeyError(kvk)
    return found
