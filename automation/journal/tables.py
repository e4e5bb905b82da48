"""The tables of a journal, and how an older one becomes one of today."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

SCHEMA = 3
"""Version of the tables; `MIGRATIONS[n]` leads from n to n + 1."""

TABLES = sa.MetaData()
journal = sa.Table(
    "journal",
    TABLES,
    sa.Column("name", sa.String(16), primary_key=True),
    sa.Column("schema_version", sa.Integer, nullable=False),
)
"""The name of this journal, which scenarios hold, and the version of its tables."""
intents = sa.Table(
    "intents",
    TABLES,
    sa.Column("ref", sa.String(16), primary_key=True),
    sa.Column("portal", sa.String(255), nullable=False),
    sa.Column("organisation", sa.String(8), nullable=False),
    sa.Column("kvk", sa.String(8), nullable=False),
    sa.Column("run_id", sa.String(32), nullable=False),
    sa.Column("entry", sa.String(64), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("intent", sa.Text, nullable=False),
    sa.Column("notice", sa.Text, nullable=False),
    sa.Column("socket_open", sa.Boolean, nullable=False),
)
"""A line for each grant, written before its click: what is to be recorded, and what its notice needs."""
events = sa.Table(
    "events",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("ref", sa.String(16), nullable=False, index=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("run_id", sa.String(32), nullable=False),
    sa.Column("event", sa.String(32), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
)
"""What happened to an intent; the last ones say what it is now."""
questions = sa.Table(
    "questions",
    TABLES,
    sa.Column("ref", sa.String(16), primary_key=True),
    sa.Column("portal", sa.String(255), nullable=False),
    sa.Column("organisation", sa.String(8), nullable=False),
    sa.Column("kvk", sa.String(8), nullable=False),
    sa.Column("matter", sa.String(16), nullable=False),
    sa.Column("elements", sa.Text, nullable=False),
    sa.Column("rows", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)
"""What only a person can say; the answers are events of the same reference."""
readings = sa.Table(
    "readings",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("portal", sa.String(255), nullable=False),
    sa.Column("organisation", sa.String(8), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("ends", sa.Text, nullable=False),
)
"""The end dates on the portal's list each time that it was read whole."""
runs = sa.Table(
    "runs",
    TABLES,
    sa.Column("run_id", sa.String(32), primary_key=True),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("manifest_sha256", sa.String(64), nullable=False),
)
"""Where the folder of each run is, and the hash of its manifest."""
sign_ins = sa.Table(
    "sign_ins",
    TABLES,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("portal", sa.String(255), nullable=False),
    sa.Column("account", sa.String(255), nullable=False),
    sa.Column("event", sa.String(16), nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
)
"""Sign-ins that a portal refused, and for an account of which one was refused, the next that it accepted."""
keys = sa.Table(
    "keys",
    TABLES,
    sa.Column("purpose", sa.String(32), primary_key=True),
    sa.Column("key", sa.String(64), nullable=False),
)
"""Random keys of this journal's own."""


leases = sa.Table(
    "leases",
    TABLES,
    sa.Column("portal", sa.String(255), primary_key=True),
    sa.Column("held", sa.Text, primary_key=True),
    sa.Column("holder", sa.String(64), nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("until", sa.String(32), nullable=False),
)
"""Which run holds an organisation or an account at a portal, and until when if it is not heard of again."""


def _with_sign_ins(connection: sa.Connection) -> None:
    TABLES.create_all(connection, [sign_ins, keys])


def _with_leases(connection: sa.Connection) -> None:
    TABLES.create_all(connection, [leases])


MIGRATIONS: dict[int, Callable[[sa.Connection], None]] = {1: _with_sign_ins, 2: _with_leases}
