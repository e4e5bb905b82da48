"""A journal that cannot be trusted or written shows when it is opened, and nothing that it held is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from automation.errors import StorageError
from automation.journal import tables
from automation.journal.database import Database, _use_wal
from automation.journal.journal import Journal
from automation.journal.tables import SCHEMA
from tests.grants import intent
from tests.journals import BOOK, SCHEMA_1, address, intend, lines, tell, write_dump

ROOT_ON_LINUX = sys.platform == "linux" and os.geteuid() == 0
needs_mounts = pytest.mark.skipif(not ROOT_ON_LINUX, reason="mounting needs root on Linux")
OPEN = (
    "import os, sys\n"
    "from automation.errors import StorageError\n"
    "from automation.journal.journal import Journal\n"
    "from tests.journals import BOOK\n"
    "if os.geteuid() == 0: os.setuid(65534)\n"
    "try: journal = getattr(Journal, sys.argv[2])(sys.argv[1])\n"
    "except StorageError as error: print(error.message); sys.exit(error.exit_code)\n"
    "print(len(journal.history(BOOK).attempts))"
)


def opened_as_nobody(file: Path, how: str) -> tuple[int, str]:
    """Exit code and words of a process that opens it and has no rights but those that the modes give."""
    ran = subprocess.run([sys.executable, "-c", OPEN, address(file), how], capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    return ran.returncode, ran.stdout.strip()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A journal with one intent, granted."""
    file = tmp_path / "kept" / "journal.db"
    journal = Journal.open(address(file))
    tell(journal, intend(journal, intent()), "granted")
    journal.close()
    return file


def refused(file: Path) -> str:
    with pytest.raises(StorageError) as caught:
        Journal.open(address(file))
    assert caught.value.exit_code == 8
    assert caught.value.hint != ""
    return caught.value.message


def test_a_commit_is_on_the_disk(file: Path) -> None:
    database = Database.open(address(file))
    with database.reading() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "fullfsync")
        ]
    database.close()

    assert pragmas == ["wal", 2, 1]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        journal = Journal.open(address(tmp_path / "new" / "journal.db"))
        intend(journal, intent())
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()}
        journal.close()
    finally:
        os.umask(before)

    assert modes == {"journal.db": 0o600, "journal.db-wal": 0o600, "journal.db-shm": 0o600}
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_it_keeps_its_name(file: Path) -> None:
    first, again, to_read = Journal.open(address(file)), Journal.open(address(file)), Journal.read(address(file))
    for journal in (first, again, to_read):
        journal.close()

    assert first.name == again.name == to_read.name
    assert first.name.startswith("J-")


def test_reading_starts_no_journal(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="there is no journal at"):
        Journal.read(address(tmp_path / "none" / "journal.db"))

    assert list(tmp_path.iterdir()) == []


def test_an_older_schema_is_brought_up_to_date_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, moved = tmp_path / "old.db", []

    def from_0(connection: sa.Connection) -> None:
        moved.append(0)
        connection.exec_driver_sql("ALTER TABLE intents ADD COLUMN socket_open BOOLEAN NOT NULL DEFAULT 1")

    write_dump(file, SCHEMA_1)
    with closing(sqlite3.connect(file)) as database:
        database.executescript("ALTER TABLE intents DROP COLUMN socket_open; UPDATE journal SET schema_version = 0;")
    monkeypatch.setitem(tables.MIGRATIONS, 0, from_0)

    for how in (Journal.read, Journal.open):
        journal = how(address(file))
        attempts = journal.history(BOOK).attempts
        journal.close()
        assert [attempt.socket_open for attempt in attempts] == [True, True]
    assert moved == [0]
    assert lines(file)["journal"] == {("J-4B702", SCHEMA)}


def test_a_journal_of_the_first_schema_can_remember_refused_sign_ins(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    write_dump(file, SCHEMA_1)

    journal = Journal.open(address(file))
    before = journal.last_sign_in(BOOK.portal, "")
    journal.remember_sign_in(BOOK.portal, "", refused=True, fingerprint="f", words="“nee”")
    after = journal.last_sign_in(BOOK.portal, "")
    journal.close()

    assert before is None
    assert after is not None
    assert (after.refused, after.words) == (True, "“nee”")


def test_a_migration_that_fails_leaves_the_journal_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "old.db"

    def half(connection: sa.Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE more (a)")
        connection.exec_driver_sql("CREATE TABLE intents (a)")

    write_dump(file, SCHEMA_1.replace("VALUES('J-4B702',1)", "VALUES('J-4B702',0)"))
    before = lines(file)
    monkeypatch.setitem(tables.MIGRATIONS, 0, half)

    assert "already exists" in refused(file)
    assert lines(file) == before


@pytest.mark.parametrize("how", [Journal.open, Journal.read])
def test_a_newer_schema_is_refused_by_both_versions(tmp_path: Path, how: Callable[[str], Journal]) -> None:
    file = tmp_path / "new.db"
    write_dump(file, SCHEMA_1.replace("VALUES('J-4B702',1)", "VALUES('J-4B702',7)"))
    before = lines(file)

    with pytest.raises(StorageError, match=rf"schema 7, this one knows {SCHEMA}"):
        how(address(file))
    assert lines(file) == before


@pytest.mark.parametrize("size", [30, 100, 5000, 20000])
def test_a_journal_that_was_cut_off_is_refused(file: Path, size: int) -> None:
    whole = file.read_bytes()
    assert len(whole) > size
    file.write_bytes(whole[:size])

    assert str(file) in refused(file)
    assert file.read_bytes() == whole[:size]


def test_a_page_that_was_spoilt_shows_before_any_click(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        [(page,)] = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'runs'")
        [(size,)] = database.execute("PRAGMA page_size")
    with file.open("r+b") as spoilt:
        spoilt.seek((page - 1) * size)
        spoilt.write(bytes(range(100)))

    assert str(file) in refused(file)


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    file.write_bytes(bytes(range(256)) * 100)

    assert "not a database" in refused(file)
    assert file.read_bytes() == bytes(range(256)) * 100


def test_several_that_make_one_journal_at_once_wait_for_one_another(tmp_path: Path) -> None:
    together = threading.Barrier(4)

    def make(number: int) -> None:
        together.wait()
        Journal.open(address(tmp_path / f"journal-{number}.db")).close()

    with ThreadPoolExecutor(4) as pool:
        for number in range(60):
            assert list(pool.map(make, [number] * 4)) == [None] * 4


def test_one_that_cannot_be_changed_at_all_is_not_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE one (thing)")
    began = time.monotonic()

    with (
        closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as read_only,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        _use_wal(read_only, None)

    assert time.monotonic() - began < 5


@pytest.mark.parametrize("table", ["customers", "journal"])
def test_the_database_of_another_program_is_left_alone(tmp_path: Path, table: str) -> None:
    file = tmp_path / "other.db"
    write_dump(file, f"CREATE TABLE {table} (a); INSERT INTO {table} VALUES (1);")
    before = file.read_bytes()

    assert "not a journal of keten" in refused(file)
    assert file.read_bytes() == before


def test_a_line_that_cannot_be_read_is_no_history(file: Path) -> None:
    write_dump(file, "UPDATE intents SET intent = '{'")
    journal = Journal.open(address(file))

    with pytest.raises(StorageError, match="a line that cannot be read"):
        journal.history(BOOK)
    journal.close()


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Mounts something on a folder of its own until the test is over."""
    folders: list[Path] = []

    def mount(*options: str) -> Path:
        folder = tmp_path / f"mounted-{len(folders)}"
        folder.mkdir()
        if subprocess.run(["mount", *options, str(folder)], capture_output=True, check=False).returncode != 0:
            pytest.skip("mounting is not allowed here")
        folders.append(folder)
        return folder

    yield mount
    for folder in folders:
        subprocess.run(["umount", str(folder)], check=True)


@needs_mounts
@pytest.mark.parametrize("name", ["journal.db", "new.db"])
def test_a_read_only_disk_shows_before_any_click(file: Path, mounted: Callable[..., Path], name: str) -> None:
    folder = mounted("--bind", str(file.parent))
    subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)

    assert str(folder / name) in refused(folder / name)


@pytest.fixture
def everybodys(file: Path) -> Iterator[Path]:
    """The journal in a folder that everybody may enter, which pytest's own are not."""
    if os.name == "nt":
        pytest.skip("Windows has no such modes")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        shutil.copy(file, folder)
        yield Path(folder) / file.name


def test_a_read_only_file_shows_before_any_click_and_can_still_be_read(everybodys: Path) -> None:
    everybodys.parent.chmod(0o777)
    everybodys.chmod(0o444)

    code, words = opened_as_nobody(everybodys, "open")

    assert (code, "readonly" in words) == (8, True)
    assert opened_as_nobody(everybodys, "read") == (0, "1")
    assert len(lines(everybodys)["events"]) == 1


def test_a_read_only_folder_shows_before_any_click(everybodys: Path) -> None:
    everybodys.chmod(0o666)
    everybodys.parent.chmod(0o555)

    code, words = opened_as_nobody(everybodys, "open")
    everybodys.parent.chmod(0o755)

    assert (code, str(everybodys) in words) == (8, True)


@needs_mounts
def test_a_full_disk_shows_before_any_click_and_loses_nothing(mounted: Callable[..., Path]) -> None:
    file = mounted("-t", "tmpfs", "-o", "size=512k", "tmpfs") / "journal.db"
    journal = Journal.open(address(file))
    tell(journal, intend(journal, intent()), "granted")
    journal.close()
    filler = file.with_name("filler")
    with filler.open("wb", buffering=0) as full, suppress(OSError):
        while full.write(b"x" * 4096):
            pass

    assert str(file) in refused(file)

    filler.unlink()
    journal = Journal.open(address(file))
    assert len(journal.history(BOOK).attempts) == 1
    journal.close()


@needs_mounts
def test_a_disk_that_fills_up_during_a_run_stops_the_next_intent(mounted: Callable[..., Path]) -> None:
    file = mounted("-t", "tmpfs", "-o", "size=512k", "tmpfs") / "journal.db"
    journal = Journal.open(address(file))
    written: list[str] = []

    def go_on() -> None:
        while True:
            written.append(intend(journal, intent()))

    with pytest.raises(StorageError, match="cannot be used"):
        go_on()

    assert [attempt.ref for attempt in journal.history(BOOK).attempts] == written != []
    journal.close()


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "journal.db").mkdir()

    assert str(tmp_path / "journal.db") in refused(tmp_path / "journal.db")


def test_a_file_where_its_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert str(tmp_path / "file" / "journal.db") in refused(tmp_path / "file" / "journal.db")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("", "not the address"),
        ("journal.db with-s3cret", "not the address"),
        ("nosuch://x:s3cret@host/keten", "it is for nosuch"),
        ("postgresql+nodriver://x:s3cret@host/keten", "not installed"),
        ("mysql://x:s3cret@host/keten", "it is for mysql"),
        ("postgresql://x:s3cret@host:port/keten", "not the address"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
    ],
)
def test_an_address_of_no_use_is_refused_without_showing_it(wrong: str, why: str) -> None:
    with pytest.raises(StorageError, match=why) as caught:
        Journal.open(wrong)

    assert "KETEN_DATABASE_URL" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_driver_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(StorageError, match=r"(?s)driver of PostgreSQL is not installed.*keten\[postgres\]"):
        Journal.open("postgresql://x:s3cret@host/keten")


def test_two_writers_wait_for_one_another(file: Path) -> None:
    first, second = Database.open(address(file)), Database.open(address(file))
    with first.writing():
        with second.reading() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 1")
        with pytest.raises(StorageError, match="locked"), second.writing():
            pass
    with second.writing() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM intents").scalar_one() == 1
    first.close()
    second.close()
