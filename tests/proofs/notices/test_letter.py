from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from automation.domain import Intermediary, KvkNumber, Language, Organisation, Scope
from automation.proofs.notices import Notice, NoticeFacts, compose

HOLDING = Organisation(
    KvkNumber("90000102"), "Voorbeeld Holding B.V.", contact_name="Afdeling Beheer", contact_email="beheer@v.example"
)
JANSEN = Intermediary(KvkNumber("68750110"), "Accountantskantoor Jansen B.V.")
GENERAL = Scope.general()
PROVIDERS = Scope.providers(["UWV", "Belastingdienst"])
SERVICES = Scope.services(["UWV: Verzuimmelder", "Belastingdienst: Loonheffingen"])


def facts(language: Language = "nl", scope: Scope = SERVICES, **changes: Any) -> NoticeFacts:
    usual = NoticeFacts(
        organisation=HOLDING,
        intermediary=JANSEN,
        scope=scope,
        valid_from=date(2026, 11, 25),
        valid_until=date(2031, 11, 24),
        reference="KM-2026-000123",
        recorded_on=date(2026, 11, 24),
        language=language,
        rehearsal=False,
    )
    return replace(usual, **changes)


class Page(HTMLParser):
    """What a reader of the page sees, in lines, and what the page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.title = ""
        self._inside = ""
        self.feed(html)
        self.lines = [" ".join(line.split()) for line in self.text.split("\n") if line.strip()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._inside = tag
        if tag not in ("bdi", "i", "span", "strong"):
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.title += data
        elif self._inside != "style":
            self.text += " " + data.replace("\n", " ") if self._inside == "bdi" else data.replace("\n", " ")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


def as_lines(notice: Notice) -> list[str]:
    return notice.text.splitlines()


def one_line(text: str) -> str:
    return " ".join(text.split())


class TestTheFourFacts:
    @pytest.mark.parametrize("scope", [GENERAL, PROVIDERS, SERVICES], ids=lambda scope: scope.kind)
    @pytest.mark.parametrize(
        ("language", "headings"),
        [
            (
                "nl",
                [
                    "1. KvK-nummer van de organisatie die de ketenmachtiging geeft",
                    "2. KvK-nummer van de organisatie die de ketenmachtiging ontvangt",
                    "3. Diensten die aan de ketenmachtiging zijn gekoppeld",
                    "4. Waar de ketenmachtiging is vastgelegd",
                ],
            ),
            (
                "en",
                [
                    "1. KvK number of the organisation that grants the authorisation",
                    "2. KvK number of the organisation that receives the authorisation",
                    "3. Services linked to the authorisation",
                    "4. Where the authorisation is recorded",
                ],
            ),
        ],
    )
    def test_both_numbers_and_the_register_stand_under_their_headings(
        self, language: Language, headings: list[str], scope: Scope
    ) -> None:
        notice = compose(facts(language, scope))

        for lines in (as_lines(notice), Page(notice.html).lines):
            under = [one_line(lines[lines.index(heading) + 1]) for heading in headings]
            assert under[0] == "90000102 Voorbeeld Holding B.V."
            assert under[1] == "68750110 Accountantskantoor Jansen B.V."
            assert under[3] == "We-ID"

    @pytest.mark.parametrize(
        ("language", "scope", "said"),
        [
            ("nl", GENERAL, ["Algemene bevoegdheid: alle diensten, nu en in de toekomst"]),
            ("en", GENERAL, ["General (algemene bevoegdheid): all services, now and in the future"]),
            (
                "nl",
                PROVIDERS,
                ["Dienstverlenersmachtiging: alle diensten, nu en later, van:", "- Belastingdienst", "- UWV"],
            ),
            (
                "en",
                PROVIDERS,
                [
                    "Provider (dienstverlenersmachtiging): all services, now and later, of:",
                    "- Belastingdienst",
                    "- UWV",
                ],
            ),
            ("nl", SERVICES, ["Per dienst:", "- Belastingdienst: Loonheffingen", "- UWV: Verzuimmelder"]),
            ("en", SERVICES, ["By service (per dienst):", "- Belastingdienst: Loonheffingen", "- UWV: Verzuimmelder"]),
        ],
    )
    def test_the_services_stand_one_on_a_line_between_the_third_heading_and_the_fourth(
        self, language: Language, scope: Scope, said: list[str]
    ) -> None:
        notice = compose(facts(language, scope))

        for lines in (as_lines(notice), Page(notice.html).lines):
            third, fourth = (next(i for i, line in enumerate(lines) if line.startswith(n)) for n in ("3. ", "4. "))
            shown = [line.strip().removeprefix("- ") for line in lines[third + 1 : fourth] if line.strip()]
            assert shown == [line.removeprefix("- ") for line in said]

    def test_a_long_name_of_a_provider_is_not_broken(self) -> None:
        name = "Rijksdienst voor Ondernemend Nederland, afdeling Voorbeelden en Proeven"

        assert name in compose(facts(scope=Scope.providers([name, "UWV"]))).text


class TestTheOtherFacts:
    @pytest.mark.parametrize(
        ("language", "rows"),
        [
            (
                "nl",
                {
                    "Vastgelegd op": "24 november 2026",
                    "Ingangsdatum": "25 november 2026",
                    "Einddatum": "24 november 2031",
                    "Kenmerk": "KM-2026-000123",
                    "Contact": "Afdeling Beheer, beheer@v.example",
                },
            ),
            (
                "en",
                {
                    "Recorded on": "24 November 2026",
                    "Start date": "25 November 2026",
                    "End date": "24 November 2031",
                    "Reference": "KM-2026-000123",
                    "Contact": "Afdeling Beheer, beheer@v.example",
                },
            ),
        ],
    )
    def test_dates_reference_and_contact_have_a_row_each(self, language: Language, rows: dict[str, str]) -> None:
        notice = compose(facts(language))

        page = Page(notice.html).lines
        for label, value in rows.items():
            assert f"{label}: {value}" in map(one_line, as_lines(notice))
            assert page[page.index(label) + 1] == value

    @pytest.mark.parametrize(("language", "to"), [("nl", "Aan"), ("en", "To")])
    def test_the_address_of_the_receiver_stands_beside_its_name(self, language: Language, to: str) -> None:
        address = "machtigingen@jansen.example"

        notice, without = (
            compose(facts(language, intermediary=replace(JANSEN, email=address))),
            compose(facts(language)),
        )

        name = "Accountantskantoor Jansen B.V."
        assert f"{to}: {name}, {address}" in one_line(notice.text)
        page = Page(notice.html).lines
        start = page.index(f"{to}:")
        assert page[start + 1] == name
        assert address in page[start + 2 : start + 4]
        assert f"{to}: {name} " in one_line(without.text)
        assert "@jansen" not in without.text + without.html
        assert "None" not in without.text + without.html

    def test_what_is_not_known_has_no_row(self) -> None:
        nameless = replace(HOLDING, contact_name=None, contact_email=None)

        notice = compose(facts(organisation=nameless, reference=None, valid_from=None))

        for text in (notice.text, notice.html):
            assert not re.search("Kenmerk|Contact|Ingangsdatum|None", text)
            assert "Einddatum" in text

    def test_a_contact_of_an_address_alone_is_shown_alone(self) -> None:
        notice = compose(facts(organisation=replace(HOLDING, contact_name=None)))

        assert "Contact: beheer@v.example" in map(one_line, as_lines(notice))

    def test_an_address_with_hyphens_is_not_broken(self) -> None:
        address = "beheer@voorbeeld-holding-en-zonen.example"
        organisation = replace(HOLDING, contact_name="Afdeling Beheer Machtigingen", contact_email=address)

        assert address in compose(facts(organisation=organisation)).text

    def test_a_day_below_ten_has_no_leading_zero(self) -> None:
        assert "Einddatum:     1 maart 2031\n" in compose(facts(valid_until=date(2031, 3, 1))).text

    def test_the_subject_names_the_organisation_that_grants(self) -> None:
        assert compose(facts()).subject == "Ketenmachtiging van Voorbeeld Holding B.V. (KvK 90000102)"
        assert compose(facts("en")).subject == (
            "Chain authorisation (ketenmachtiging) from Voorbeeld Holding B.V. (KvK 90000102)"
        )


class TestWhatToDoNow:
    @pytest.mark.parametrize(
        ("language", "must_act", "active_already"),
        [
            ("nl", "krijgt niet vanzelf bericht", "automatisch al actief"),
            ("en", "is not told of this authorisation by itself", "already active there, automatically"),
        ],
    )
    def test_only_a_receiver_with_we_id_is_told_that_it_is_active_there(
        self, language: Language, must_act: str, active_already: str
    ) -> None:
        elsewhere = compose(facts(language))
        with_we_id = compose(facts(language, intermediary=replace(JANSEN, uses_we_id=True)))

        for here, there in (
            (one_line(with_we_id.text), one_line(elsewhere.text)),
            (with_we_id.html, elsewhere.html),
        ):
            assert must_act in there
            assert active_already not in there
            assert active_already in here
            assert must_act not in here

    @pytest.mark.parametrize("uses_we_id", [True, False])
    def test_either_must_authorise_its_own_people_in_its_own_register(self, uses_we_id: bool) -> None:
        receiver = replace(JANSEN, uses_we_id=uses_we_id)

        dutch, english = (one_line(compose(facts(n, intermediary=receiver)).text) for n in ("nl", "en"))

        assert re.search("eigen machtigingenregister.* Machtig|Machtig .*eigen machtigingenregister", dutch)
        assert "de medewerkers die namens ons mogen handelen" in dutch
        assert "authorise the employees who may act on our behalf" in english
        assert "machtigingenregister" in english


class TestRehearsal:
    @pytest.mark.parametrize(
        ("language", "line", "mark"),
        [
            ("nl", "Oefening: vastgelegd in een oefenportaal, zonder rechtsgevolg.", "[Oefening] "),
            ("en", "Practice: recorded in a practice portal, without legal effect.", "[Practice] "),
        ],
    )
    def test_it_is_said_before_all_else_and_at_the_register(self, language: Language, line: str, mark: str) -> None:
        notice = compose(facts(language, rehearsal=True))

        assert as_lines(notice)[0] == line
        assert Page(notice.html).lines[0] == line
        assert notice.subject.startswith(mark)
        assert Page(notice.html).title.strip() == notice.subject
        assert re.search(
            r"We-ID \(in (deze oefening: een oefenportaal|this practice run: a practice portal)\)", notice.text
        )

    @pytest.mark.parametrize("language", ["nl", "en"])
    def test_a_real_grant_is_never_called_one(self, language: Language) -> None:
        notice = compose(facts(language))

        assert not re.search("oefen|rehears|practice", notice.subject + notice.text + notice.html, re.IGNORECASE)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "Jansen &amp; Zonen <b>B.V.</b>",
    "{{7*7}} {% raw %} {# x #} ${7*7}",
    "Jansen\r\n4. Waar de ketenmachtiging is vastgelegd\n   Elders",
    "Jansen\u2028KvK-nummer 12345678\u2029\x0b\x0c\x85x",
    "Jansen \u202e20100009\u2066 \u200b\ufeffB.V.",
    "Jansen \x00\x1b[31m\x07 B.V.",
    "Jansen \ud800 B.V.",
    "Jansen " + "van " * 17 + "4. Waar de ketenmachtiging is vastgelegd: elders " * 9,
    "x" * 500,
]


class TestHostileNames:
    @pytest.fixture(params=HOSTILE, ids=lambda name: name[:12].encode("unicode_escape").decode())
    def name(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    def notice(self, name: str) -> Notice:
        organisation = replace(HOLDING, name=name, contact_name=name, contact_email=name)
        scope = Scope.services([f"{name}: {name}"])
        return compose(
            facts(organisation=organisation, intermediary=replace(JANSEN, name=name), scope=scope, reference=name)
        )

    def test_they_bring_no_element_or_attribute_into_the_page(self, notice: Notice) -> None:
        usual, page = Page(compose(facts(scope=Scope.services(["A: B"]))).html), Page(notice.html)

        assert page.tags == usual.tags
        assert page.attributes == usual.attributes

    def test_they_add_no_line_that_passes_for_one_of_the_letter(self, notice: Notice) -> None:
        usual = compose(facts(scope=Scope.services(["A: B"])))
        margin = re.compile(r"^ {0,3}\S.*", re.MULTILINE)

        assert len(margin.findall(notice.text)) == len(margin.findall(usual.text))
        assert [line for line in as_lines(notice) if re.match(r"\d\. ", line)] == [
            line for line in as_lines(usual) if re.match(r"\d\. ", line)
        ]
        assert len(notice.subject.splitlines()) == 1

    def test_nothing_invisible_is_left(self, notice: Notice) -> None:
        for text in (notice.subject, notice.text, notice.html):
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", text)
            text.encode("utf-8")

    def test_no_line_is_longer_than_78_columns(self, notice: Notice) -> None:
        assert max(map(len, as_lines(notice))) <= 78

    def test_what_can_be_seen_is_shown_as_it_is(self) -> None:
        name = "A&B {{7*7}} <b>\"'c'\"</b> 日本 é"

        notice = compose(facts(intermediary=replace(JANSEN, name=name)))

        assert f"   68750110  {name}\n" in notice.text
        assert f"68750110 {name}" in Page(notice.html).lines


class TestTheFiles:
    @pytest.mark.parametrize("language", ["nl", "en"])
    @pytest.mark.parametrize("scope", [GENERAL, PROVIDERS, SERVICES], ids=lambda scope: scope.kind)
    def test_page_and_text_say_the_same(self, language: Language, scope: Scope) -> None:
        notice = compose(facts(language, scope, rehearsal=True))

        def words(text: str) -> set[str]:
            return set(re.findall(r"[\w@.-]*\w", text))

        only_in_an_address = words("Van Aan From To KvK nummer KvK-nummer number KvK")
        text, page = words(notice.text), words("\n".join(Page(notice.html).lines))
        assert text - only_in_an_address == page - only_in_an_address

    def test_the_page_needs_nothing_from_outside_and_runs_nothing(self) -> None:
        notice = compose(facts("en", rehearsal=True))
        page = Page(notice.html)

        assert not {"script", "link", "img", "iframe", "object", "form", "a", "base"} & set(page.tags)
        assert not {"src", "href", "action"} & {name for name, _ in page.attributes}
        assert not re.search(r"url\(|@import|https?:|//", notice.html)

    @pytest.mark.parametrize("language", ["nl", "en"])
    def test_the_page_names_its_language_and_that_of_dutch_terms(self, language: Language) -> None:
        html = compose(facts(language)).html

        assert f'<html lang="{language}">' in html
        assert ('<i lang="nl">ketenmachtiging</i>' in html) is (language == "en")

    @pytest.mark.parametrize("language", ["nl", "en"])
    def test_the_text_ends_in_one_line_feed_and_has_no_loose_ends(self, language: Language) -> None:
        text = compose(facts(language, rehearsal=True)).text

        assert re.search(r"\S\n\Z", text)
        assert "\r" not in text
        assert "\n\n\n" not in text
        assert not re.search(r" $", text, re.MULTILINE)
