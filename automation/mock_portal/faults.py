"""The faults that the stand-in portal can be told to have: which kinds there are, and when one hits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

STEPS = ("receiver", "scope", "costs", "submit", "list")
_OWN_STEP = {"expire_code": "code"}
"""The step of a kind that hits no submission and is not told where."""

HOSTILE_NAME = (
    '<script>window.hostile=1</script><img src=x onerror="window.hostile=1"> \'"`&amp;&#65; '
    "\u202eerkrev\u202c \n../../etc/passwd {{7*7}} ${7*7} {% raw %} %s " + "zeer lange naam " * 30
)
"""What the receivers' names end in under `hostile_name`: markup, script, quotes, right-to-left text, a new line."""

Check = Callable[[Any], bool]


def _number(value: Any, least: float = 0, most: float = 86_400) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _address(value: Any) -> bool:
    return _text(value) and value.isascii() and value.isprintable() and " " not in value


def _amount(value: Any) -> bool:
    try:
        return isinstance(value, str) and Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _labels(value: Any) -> bool:
    return isinstance(value, dict) and all(_text(old) and isinstance(new, str) for old, new in value.items())


@dataclass(frozen=True)
class Parameter:
    """One parameter of a kind: what it must be, in words and as a check; required where the default is None."""

    must_be: str
    check: Check
    default: Any = None


_SECONDS = Parameter("a number of seconds, 0 to 86400", _number)
_COUNTS = {
    "times": Parameter("a whole number from 1", lambda v: _number(v, 1, 10**9) and v == int(v), 1),
    "after": Parameter("a whole number from 0", lambda v: _number(v, 0, 10**9) and v == int(v), 0),
}

HITTING: dict[str, dict[str, Parameter]] = {
    "error_before_commit": {},
    "error_after_commit": {},
    "drop_after_commit": {},
    "slow_submit": {"seconds": _SECONDS},
    "expire_session": {"at": Parameter(f"one of {', '.join(STEPS)}", lambda v: v in STEPS)},
    "expire_code": {},
    "price_change_at_submit": {"by": Parameter('an amount in euros, such as "10.00"', _amount, "10.00")},
    "confirm_though_failed": {},
    "error_though_committed": {},
    "redirect_at_submit": {
        "to": Parameter("an address", _address, "/beheer"),
        "status": Parameter("301, 302, 303, 307 or 308", lambda v: v in (301, 302, 303, 307, 308), 302),
        "commit": Parameter("true or false", lambda v: isinstance(v, bool), False),
    },
    "refuse_at_submit": {
        "status": Parameter("a status from 400 to 499", lambda v: isinstance(v, int) and 400 <= v <= 499, 422),
        "message": Parameter("a text", _text, "Uw aanvraag is geweigerd."),
    },
}
"""The kinds that hit a request, with their parameters besides `times` and `after`."""

HOLDING: dict[str, dict[str, Parameter]] = {
    "maintenance": {},
    "other_name_at_lookup": {"name": Parameter("a text", _text)},
    "lagging_list": {"seconds": _SECONDS},
    "changed_labels": {"labels": Parameter('texts, as {"old": "new"}', _labels)},
    "hostile_name": {},
    "refuse_duplicates": {},
    "rows_per_service": {},
    "pending_rows": {},
    "clock_offset": {
        "seconds": Parameter("a number of seconds, -86400 to 86400", lambda v: _number(v, -86_400, 86_400))
    },
    "second_origin": {},
    "latency": {"ms": Parameter("a number of milliseconds, 0 to 600000", lambda v: _number(v, 0, 600_000))},
}
"""The kinds that hold until they are cleared."""

MEANING = {
    "error_before_commit": "the submission is answered with 500, and nothing is recorded",
    "error_after_commit": "the grant is recorded, and the submission is answered with 500",
    "drop_after_commit": "the grant is recorded, and the connection is closed without an answer",
    "slow_submit": "the submission is answered later",
    "expire_session": "the request of that step is answered with 401, as if the session ran out",
    "expire_code": "a one-time code is refused as one that ran out",
    "price_change_at_submit": "the price changes by this amount after the overview showed it",
    "confirm_though_failed": "nothing is recorded (500), and the screen confirms",
    "error_though_committed": "the grant is recorded (200), and the screen shows an error",
    "redirect_at_submit": "the submission is redirected; a grant is recorded only with `commit`",
    "refuse_at_submit": "the submission is refused, in these words",
    "maintenance": "the portal says that it is in maintenance",
    "other_name_at_lookup": "the look-up of a receiver shows another name",
    "lagging_list": "a new grant shows on the list only later",
    "changed_labels": "texts of the screens read otherwise",
    "hostile_name": "names of receivers end in markup, script and control characters",
    "refuse_duplicates": "a grant that is there already is refused with 409",
    "rows_per_service": "the list has a row for each service of a grant",
    "pending_rows": "a new grant is pending",
    "clock_offset": "the portal's clock is ahead, or behind where it is negative",
    "second_origin": "the sign-in stands at a second origin",
    "latency": "every answer comes later",
}
"""What each kind does."""

_ALONGSIDE = ("slow_submit", "price_change_at_submit")
"""What happens besides another fault; of the other kinds, one request meets one at most."""


@dataclass
class Fault:
    """One fault that is on: its kind and parameters, and for one that hits, how often and after how many requests."""

    kind: str
    parameters: dict[str, Any]
    times: int = 1
    after: int = 0

    def __getitem__(self, parameter: str) -> Any:
        return self.parameters[parameter]

    @property
    def step(self) -> str:
        """The step whose requests it hits."""
        return str(self.parameters.get("at", _OWN_STEP.get(self.kind, "submit")))


def _read(entry: Any) -> Fault:
    if not isinstance(entry, dict) or not isinstance(entry.get("kind"), str):
        raise ValueError(f'a fault is an object with a "kind", not {entry!r}')  # noqa: TRY004 - as below
    kind = entry["kind"]
    if kind in HITTING:
        known = HITTING[kind] | _COUNTS
    elif kind in HOLDING:
        known = HOLDING[kind]
    else:
        raise ValueError(f"no fault is of kind {kind!r}; the kinds are {', '.join([*HITTING, *HOLDING])}")
    given = {key: value for key, value in entry.items() if key != "kind"}
    for key, value in given.items():
        if key not in known:
            raise ValueError(f"{kind} has no {key!r}; it takes {', '.join(known) or 'nothing'}")
        if not known[key].check(value):
            raise ValueError(f"{kind}: {key!r} must be {known[key].must_be}, not {value!r}")
    for key, parameter in known.items():
        if key not in given and parameter.default is None:
            raise ValueError(f"{kind} needs {key!r}: {parameter.must_be}")
    values = {key: given.get(key, parameter.default) for key, parameter in known.items()}
    if kind in HITTING:
        return Fault(kind, values, times=int(values.pop("times")), after=int(values.pop("after")))
    return Fault(kind, values)


@dataclass
class Faults:
    """The faults that are on now."""

    on: list[Fault] = field(default_factory=list)

    def replace(self, entries: Any) -> None:
        """Put these faults (a list of `{"kind", …}`) in place of the ones before; ValueError says what is wrong."""
        if not isinstance(entries, list):
            raise ValueError("faults are a list of objects")  # noqa: TRY004 - data from outside, not a caller's type
        self.on = [_read(entry) for entry in entries]

    def holding(self, kind: str) -> Fault | None:
        """The fault of this kind, when it holds now."""
        return next((fault for fault in self.on if fault.kind == kind), None)

    def hits(self, step: str) -> dict[str, Fault]:
        """The faults that hit a request at this step, by kind; counts the request.

        Every fault counts every request of its step for its `after`. Of those due, the first in the list hits;
        `slow_submit` and `price_change_at_submit` hit alongside. What is due but does not hit waits for the next.
        """
        hit: dict[str, Fault] = {}
        for fault in list(self._due(step)):
            taken = fault.kind in hit if fault.kind in _ALONGSIDE else any(kind not in _ALONGSIDE for kind in hit)
            if not taken:
                hit[fault.kind] = fault
                fault.times -= 1
                if fault.times == 0:
                    self.on.remove(fault)
        return hit

    def _due(self, step: str) -> Iterator[Fault]:
        for fault in self.on:
            if fault.kind in HITTING and fault.step == step:
                if fault.after == 0:
                    yield fault
                fault.after = max(0, fault.after - 1)

    def label(self, text: str) -> str:
        """A text of the screens as it reads now, `changed_labels` applied to texts that equal one as a whole."""
        return str(self.labels.get(text, text))

    @property
    def labels(self) -> dict[str, str]:
        """The texts that are changed now: old to new."""
        changed = self.holding("changed_labels")
        return dict(changed["labels"]) if changed else {}

    def shown_name(self, name: str) -> str:
        """A receiver's name as screens show it now."""
        return f"{name} {HOSTILE_NAME}" if self.holding("hostile_name") else name
