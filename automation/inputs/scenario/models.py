"""The keys of a scenario as pydantic models: what each holds and means, which must be there, and the JSON Schema."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from automation.inputs.editor_schema import EditorSchema
from automation.inputs.scenario import values

_LIST: JsonDict = {"uniqueItems": True, "errorMessage": "Write one item or more: [a, b]."}
_UNTIL_STANDS_ALONE: JsonDict = {
    "not": {"anyOf": [{"required": ["until", "duration"]}, {"required": ["until", "renew"]}]}
}


class Section(BaseModel):
    """A mapping of a scenario, with these keys and no others. A key has a value, or is left out."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _has_a_value(cls, value: object) -> object:
        if value is None:
            raise PydanticCustomError("no_value", "no value")
        return value


class Contact(Section):
    """Whom the receiver can ask."""

    name: values.Name | None = Field(None, description="the contact's name")
    email: values.Email | None = Field(None, description="the contact's address")


class Organisation(Section):
    """Who grants."""

    kvk: values.Kvk = Field(description="your organisation's KvK number")
    name: values.Name = Field(description="your organisation's name")
    contact: Contact | None = Field(None, description="whom the receiver can ask")
    account: values.Account | None = Field(None, description="which set of credentials to sign in with")
    journal: values.Journal | None = Field(
        None, description="the journal of this organisation's grants; `keten journal init` writes it here"
    )


class Limits(Section):
    """The most that one run may do."""

    grants: values.Count | None = Field(None, description="how many grants one run may record")
    costs: values.Amount | None = Field(None, description="what one run may cost in all")


class Costs(Section):
    """What a grant may cost. Both keys are needed, in the grant or in the defaults."""

    agree: values.Agreed | None = Field(None, description="that you agree to the costs")
    at_most: values.AtMost | None = Field(None, description="the ceiling, VAT included; above it nothing is recorded")


class Notice(Section):
    """How the receiver is informed."""

    language: values.NoticeLanguage = Field("nl", description="the language of the notice, nl if nothing is said")


class Defaults(Section):
    """What holds for every grant that says nothing else."""

    model_config = ConfigDict(json_schema_extra=_UNTIL_STANDS_ALONE)

    duration: values.Lasting | None = Field(None, description="how long the grant lasts, 5 years if nothing is said")
    until: values.EndDay | None = Field(
        None, description="the day on which the grant ends, instead of `duration` and `renew`"
    )
    costs: Costs = Field(Costs(), description="what the grant may cost")
    renew: values.Renewal | None = Field(None, description="how near its end it is renewed; never if nothing is said")
    notice: Notice = Field(Notice(), description="how the receiver is informed")
    expect: Annotated[dict[str, Any], Field(json_schema_extra={"errorMessage": "Write `expect: {…}`."})] | None = Field(
        None, description="the outcome that a test of a portal expects; `keten apply` ignores it"
    )


class Intermediary(Section):
    """Who receives the grant."""

    kvk: values.Kvk = Field(description="the receiver's KvK number")
    name: values.Name = Field(description="the receiver's name, which must agree with what the portal shows")
    email: values.Email | None = Field(None, description="where the notice goes")
    uses_we_id: values.YesOrNo = Field(False, description="true when it is sure that the receiver uses We-ID too")


class Scope(Section):
    """What a grant covers: one of the three."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    general: values.General | None = Field(None, description="algemene bevoegdheid: everything, also what comes later")
    providers: list[values.Provider] = Field(
        [],
        min_length=1,
        description="dienstverlenersmachtiging: all services of these providers, also those that come later",
        json_schema_extra=_LIST,
    )
    services: list[values.Service] = Field(
        [],
        min_length=1,
        description='per dienst: these services, each as "provider: service"',
        json_schema_extra=_LIST,
    )


class OwnKeys(Section):
    """What an entry says itself, whatever the defaults."""

    id: values.Id = Field(description="a name for this entry in plans, folders and reports, unique in the file")
    intermediary: Intermediary = Field(description="who receives the grant")
    scope: Scope = Field(description="what it covers: one of general, providers and services")


class Grant(Defaults, OwnKeys):
    """One entry: a grant as it should be."""


class Document(Section):
    """Which ketenmachtigingen an organisation grants."""

    model_config = ConfigDict(title="Scenario of keten")

    version: values.Version = Field(description="the version of this format: 1")
    organisation: Organisation = Field(description="who grants")
    limits: Limits = Field(Limits(), description="the most that one run may do")
    defaults: Defaults = Field(Defaults(), description="what holds for every grant that says nothing else")
    grants: list[Grant] = Field(
        min_length=1,
        description="what should be granted",
        json_schema_extra={"errorMessage": "Start each with `- id: …`."},
    )


@cache
def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a scenario, for editors; `load` checks more than it can say."""
    return {"$schema": EditorSchema.schema_dialect, **Document.model_json_schema(schema_generator=EditorSchema)}
