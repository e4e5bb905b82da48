from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import resource
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from automation.errors import StorageError
from automation.law.history import AttemptState
from automation.machine.masking import SECRETS
from automation.proofs.dossier import not_kept
from automation.proofs.evidence import MANIFEST, Evidence, new_run_id
from automation.proofs.results import EarlierGrant, EntryOutcome
from tests.grants import grant, intent

CHECK = shutil.which("sha256sum")
NOBODY = 65534
STEPS = ("mkdir", "open", "fsync", "replace")
"""The calls of the system between which a write can be cut off."""


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return Evidence.open(tmp_path / "runs", "2026-11-23T101500Z-3f2a")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def files(evidence: Evidence) -> list[str]:
    return sorted(p.relative_to(evidence.folder).as_posix() for p in evidence.folder.rglob("*") if not p.is_dir())


def check(evidence: Evidence) -> subprocess.CompletedProcess[bytes]:
    command = [CHECK or "sha256sum", "--check", "--strict", MANIFEST]
    return subprocess.run(command, cwd=evidence.folder, capture_output=True, check=False)


class TestRunId:
    def test_a_run_is_named_after_its_moment_in_utc(self) -> None:
        moment = datetime(2026, 11, 23, 11, 15, tzinfo=timezone(timedelta(hours=1)))

        assert re.fullmatch(r"2026-11-23T101500Z-[0-9a-f]{4}", new_run_id(moment))

    def test_two_runs_of_one_second_have_different_names(self) -> None:
        moment = datetime(2026, 11, 23, tzinfo=UTC)

        assert len({new_run_id(moment) for _ in range(20)}) > 1


class TestOpening:
    def test_the_folder_and_its_missing_parents_are_the_owners_alone(self, tmp_path: Path) -> None:
        evidence = Evidence.open(tmp_path / "a" / "runs", "run-1")

        assert evidence.folder == tmp_path / "a" / "runs" / "run-1"
        assert [mode(tmp_path / "a"), mode(tmp_path / "a" / "runs"), mode(evidence.folder)] == [0o700] * 3

    def test_a_folder_that_was_there_keeps_its_mode(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o755)

        Evidence.open(tmp_path, "run-1")

        assert mode(tmp_path) == 0o755

    def test_a_relative_folder_stays_where_it_is_when_the_process_moves(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        evidence = Evidence.open(Path("runs"), "run-1")
        monkeypatch.chdir("/")

        assert evidence.write("run.json", "{}") == tmp_path / "runs" / "run-1" / "run.json"

    def test_the_folder_of_another_run_is_never_taken(self, tmp_path: Path) -> None:
        Evidence.open(tmp_path, "run-1")

        with pytest.raises(StorageError, match="run-1"):
            Evidence.open(tmp_path, "run-1")

    def test_a_file_in_the_way_is_named_with_what_to_do(self, tmp_path: Path) -> None:
        (tmp_path / "runs").write_text("")

        with pytest.raises(StorageError) as caught:
            Evidence.open(tmp_path / "runs", "run-1")

        assert str(tmp_path / "runs") in caught.value.message
        assert "--output" in caught.value.hint

    def test_a_folder_without_permission_is_named_with_reason_and_hint(self, tmp_path: Path, not_root: None) -> None:
        with pytest.raises(StorageError, match="Permission denied") as caught:
            Evidence.open(tmp_path / "runs", "run-1")

        assert str(tmp_path / "runs" / "run-1") in caught.value.message
        assert "may write to" in caught.value.hint
        assert caught.value.exit_code == 8

    @pytest.fixture
    def not_root(self, tmp_path: Path) -> Iterator[None]:
        tmp_path.chmod(0o500)
        if os.geteuid() == 0:
            os.seteuid(NOBODY)
            yield
            os.seteuid(0)
        else:
            yield
        tmp_path.chmod(0o700)


class TestWriting:
    def test_a_file_and_its_folders_are_the_owners_alone(self, evidence: Evidence) -> None:
        path = evidence.write("grants/accountant/review.png", b"\x89PNG")

        assert path.read_bytes() == b"\x89PNG"
        assert mode(path) == 0o600
        assert [mode(path.parent), mode(path.parent.parent)] == [0o700, 0o700]

    def test_a_wide_umask_changes_nothing(self, evidence: Evidence) -> None:
        before = os.umask(0)
        try:
            path = evidence.write("grants/a/notice.txt", "x")
            evidence.append("log.jsonl", "{}")
        finally:
            os.umask(before)

        assert [mode(path), mode(path.parent), mode(evidence.folder / "log.jsonl")] == [0o600, 0o700, 0o600]

    def test_text_is_utf_8_with_its_own_line_ends(self, evidence: Evidence) -> None:
        assert evidence.write("notice.txt", "één\ntwee\n").read_bytes() == "één\ntwee\n".encode()

    def test_writing_again_replaces_the_file(self, evidence: Evidence) -> None:
        evidence.write("run.json", "a long first version")

        assert evidence.write("run.json", "new").read_text() == "new"
        assert files(evidence) == ["run.json"]

    def test_json_is_readable_for_people(self, evidence: Evidence) -> None:
        path = evidence.write_json("run.json", {"name": "Café", "list": [1]})

        assert path.read_text("utf-8") == '{\n  "name": "Café",\n  "list": [\n    1\n  ]\n}\n'

    def test_half_a_surrogate_pair_of_a_page_loses_no_json(self, evidence: Evidence) -> None:
        path = evidence.write_json("grant.json", {"name": "A\ud800"})

        assert json.loads(path.read_text("utf-8")) == {"name": "A\ud800"}

    def test_no_secret_is_written_into_any_text(self, evidence: Evidence) -> None:
        SECRETS.add("geheim-1")
        evidence.write("a.txt", "geheim-1")
        evidence.write("b.yaml", b"geheim-1")
        evidence.write_json("c.json", {"geheim-1": ["geheim-1"]})
        evidence.append("log.jsonl", "geheim-1")
        assert [(evidence.folder / name).read_bytes().count(b"geheim") for name in files(evidence)] == [0, 0, 0, 0]

    def test_pictures_and_the_manifest_stay_as_they_are(self, evidence: Evidence) -> None:
        SECRETS.add("grants", "PNG-")
        assert evidence.write("grants/a/review.png", b"PNG-").read_bytes() == b"PNG-"
        evidence.seal()
        assert b"  grants/a/review.png" in (evidence.folder / MANIFEST).read_bytes()

    def test_lines_are_appended_in_order_and_seen_at_once(self, evidence: Evidence) -> None:
        evidence.append("log.jsonl", '{"n": 1}')
        evidence.append("log.jsonl", '{"n": 2}\n')

        assert (evidence.folder / "log.jsonl").read_text() == '{"n": 1}\n{"n": 2}\n'
        assert mode(evidence.folder / "log.jsonl") == 0o600

    @pytest.mark.parametrize(
        "name",
        ["", ".", "../x", "a/../../x", "/etc/x", "a//b", "a/", "C:x", "a\\b", "a\nb", ".hidden", "grants/é/x", "a\n"],
    )
    def test_a_name_that_is_none_of_a_runs_files_is_refused(self, evidence: Evidence, name: str) -> None:
        with pytest.raises(StorageError, match="not a valid name for a file"):
            evidence.write(name, "x")
        with pytest.raises(StorageError, match="not a valid name for a file"):
            evidence.append(name, "x")

        assert files(evidence) == []


class TestFaults:
    @pytest.fixture
    def full_disk(self, evidence: Evidence) -> Path:
        if not Path("/dev/full").exists():
            pytest.skip("this system has no /dev/full")
        partial = evidence.folder / ".run.json.partial"
        partial.symlink_to("/dev/full")
        return partial

    def test_a_full_disk_is_named_and_keeps_the_old_file(self, evidence: Evidence, full_disk: Path) -> None:
        (evidence.folder / "run.json").write_text("old")

        with pytest.raises(StorageError, match="No space left") as caught:
            evidence.write("run.json", "new")

        assert "make room" in caught.value.hint
        assert (evidence.folder / "run.json").read_text() == "old"
        assert files(evidence) == ["run.json"]

    def test_a_file_cut_short_by_the_system_never_gets_its_name(self, evidence: Evidence) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        try:
            with pytest.raises(StorageError, match="too large"):
                evidence.write("trace.zip", b"x" * 5000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

        assert files(evidence) == []

    def test_the_content_reaches_the_disk_before_its_name_and_the_name_before_the_return(
        self, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        steps = []
        fsync, replace = os.fsync, os.replace

        def synced(descriptor: int) -> None:
            steps.append("folder synced" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file synced")
            fsync(descriptor)

        def renamed(old: Path, new: Path) -> None:
            steps.append("renamed")
            replace(old, new)

        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(os, "replace", renamed)
        evidence.write("run.json", "{}")

        assert steps == ["file synced", "renamed", "folder synced"]

    def test_whichever_step_fails_the_file_is_old_or_new_and_whole(
        self, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        evidence.write("grants/a/grant.json", "old")
        seen = []
        for step in range(1, 20):
            with monkeypatch.context() as patch:
                counted = fail_at(step, patch)
                try:
                    evidence.write("grants/a/grant.json", "new" * 10_000)
                except StorageError as error:
                    assert "No space left" in error.message  # noqa: PT017 - a write without a fault ends the loop
                else:
                    break
            assert counted() == step
            seen.append((evidence.folder / "grants/a/grant.json").read_text())
            assert files(evidence) == ["grants/a/grant.json"]
            evidence.write("grants/a/grant.json", "old")

        assert set(seen) == {"old", "new" * 10_000}
        assert len(seen) >= 4

    def test_killed_at_any_step_the_file_is_missing_or_whole(self, tmp_path: Path) -> None:
        results = []
        for step in range(1, 20):
            output = tmp_path / str(step)
            child = subprocess.run([sys.executable, "-c", KILLED, str(output), str(step)], check=False)
            path = output / "run-1" / "grants" / "a" / "grant.json"
            results.append(path.read_text() if path.exists() else None)
            if child.returncode == 0:
                break
            assert child.returncode == 9

        assert set(results) == {None, "new" * 10_000}
        assert len(results) > 6


def fail_at(step: int, patch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Let the nth call of the system fail as on a full disk; what is returned tells how many were made up to it."""
    count = 0

    def failing(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            if count < step:
                count += 1
                if count == step:
                    raise OSError(errno.ENOSPC, "No space left on device")
            return real(*args, **kwargs)

        return call

    for name in STEPS:
        patch.setattr(os, name, failing(getattr(os, name)))
    return lambda: count


KILLED = f"""
import os, sys
from pathlib import Path
from automation.proofs.evidence import Evidence

count = 0
def killing(real):
    def call(*args, **kwargs):
        global count
        count += 1
        if count == int(sys.argv[2]):
            os._exit(9)
        return real(*args, **kwargs)
    return call

for name in {STEPS}:
    setattr(os, name, killing(getattr(os, name)))
Evidence.open(Path(sys.argv[1]), "run-1").write("grants/a/grant.json", "new" * 10_000)
"""


class TestWhatIsLost:
    def test_what_cannot_be_written_after_the_click_is_remembered_with_its_reason(
        self, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as full:
            fail_at(1, full)
            kept = evidence.keep("grants/a/confirmation.png", b"picture")
        evidence.lose("settled/G-1/row.png", "no picture could be taken")

        assert kept is False
        assert "No space left" in evidence.lost()["grants/a/confirmation.png"]
        assert evidence.lost()["settled/G-1/row.png"] == "no picture could be taken"
        assert evidence.keep("grants/a/confirmation.png", b"picture") is True
        assert set(evidence.lost()) == {"settled/G-1/row.png"}

    def test_what_something_else_removed_or_changed_is_lost(self, evidence: Evidence) -> None:
        evidence.append("log.jsonl", "one")
        for name in ("review.png", "grant.json", "whole.png"):
            evidence.write(f"grants/a/{name}", "content")
        assert evidence.lost() == {}

        (evidence.folder / "grants/a/review.png").unlink()
        (evidence.folder / "grants/a/grant.json").write_text("{}")
        (evidence.folder / "log.jsonl").unlink()
        evidence.append("log.jsonl", "two")

        lost = evidence.lost()
        assert set(lost) == {"grants/a/review.png", "grants/a/grant.json", "log.jsonl"}
        assert "was removed by something else" in lost["grants/a/review.png"]
        assert "was changed by something else" in lost["log.jsonl"]

    def test_a_folder_that_is_removed_as_a_whole_is_made_anew_and_what_stood_in_it_is_lost(
        self, evidence: Evidence
    ) -> None:
        evidence.write("grants/a/review.png", b"1")
        shutil.rmtree(evidence.folder)
        evidence.write("grants/a/confirmation.png", b"2")

        assert set(evidence.lost()) == {"grants/a/review.png"}
        assert files(evidence) == ["grants/a/confirmation.png"]

    def test_it_is_told_beside_its_grant_or_else_of_the_run(self, evidence: Evidence) -> None:
        for name in ("grants/accountant/a.png", "failures/accountant/b.png", "settled/G-1/row.png", "log.jsonl"):
            evidence.lose(name, "full")
        lost = evidence.lost()

        outcome = EntryOutcome(
            grant=grant(), status="granted", not_kept=not_kept(lost, "grants/accountant", "failures/accountant")
        )
        earlier = replace(settled_earlier(), not_kept=not_kept(lost, "settled/G-1"))

        assert outcome.not_kept == ["grants/accountant/a.png: full", "failures/accountant/b.png: full"]
        assert (earlier.not_kept, lost) == (["settled/G-1/row.png: full"], {"log.jsonl": "full"})
        assert (outcome.exit_code, earlier.exit_code) == (1, 1)
        assert (outcome.as_data()["not_kept"], earlier.as_data()["not_kept"]) == (outcome.not_kept, earlier.not_kept)


def settled_earlier() -> EarlierGrant:
    of = intent()
    return EarlierGrant(
        ref="G-1",
        entry="a",
        state=AttemptState.GRANTED,
        why="",
        kvk=of.kvk,
        name="",
        elements=of.elements,
        reference=None,
        valid_from=None,
        valid_until=of.until,
        costs=of.costs,
    )


class TestSealing:
    @pytest.fixture
    def written(self, evidence: Evidence) -> Evidence:
        evidence.append("log.jsonl", "{}")
        evidence.write("run.json", "{}")
        evidence.write("grants/b/review.png", b"\x00")
        evidence.write("grants/a/notice.txt", "é")
        return evidence

    def test_the_manifest_names_every_file_but_itself_in_order(self, written: Evidence) -> None:
        written.seal()

        lines = (written.folder / MANIFEST).read_text().splitlines()
        assert [line[66:] for line in lines] == ["grants/a/notice.txt", "grants/b/review.png", "log.jsonl", "run.json"]
        assert lines[1] == f"{hashlib.sha256(bytes(1)).hexdigest()}  grants/b/review.png"
        assert mode(written.folder / MANIFEST) == 0o600

    def test_it_never_names_itself_not_even_over_an_earlier_one(self, written: Evidence) -> None:
        written.write(MANIFEST, "mine")
        written.seal()

        assert MANIFEST not in (written.folder / MANIFEST).read_text()

    def test_its_hash_is_returned(self, written: Evidence) -> None:
        assert written.seal() == hashlib.sha256((written.folder / MANIFEST).read_bytes()).hexdigest()

    @pytest.mark.skipif(CHECK is None, reason="this system has no sha256sum")
    def test_sha256sum_agrees_and_finds_a_changed_file(self, written: Evidence) -> None:
        written.seal()
        assert check(written).returncode == 0

        (written.folder / "run.json").write_text("{ }")
        assert b"run.json: FAILED" in check(written).stdout

    @pytest.mark.skipif(CHECK is None or sys.platform != "linux", reason="needs sha256sum, and names of any bytes")
    def test_sha256sum_agrees_on_strange_names_put_there_by_others(self, written: Evidence) -> None:
        for name in (b"a\\b", b"line\nbreak", b"return\r", b"caf\xc3\xa9 ", b"no-utf8-\xff"):
            Path(os.fsdecode(os.fsencode(written.folder) + b"/" + name)).write_text("x")

        written.seal()

        result = check(written)
        assert (result.returncode, result.stderr, result.stdout.count(b": OK\n")) == (0, b"", 9)

    def test_after_it_nothing_can_be_written(self, written: Evidence) -> None:
        written.seal()
        before = files(written)

        for late in (
            lambda: written.write("late.txt", "x"),
            lambda: written.write_json("run.json", {}),
            lambda: written.append("log.jsonl", "{}"),
            written.seal,
        ):
            with pytest.raises(StorageError, match="sealed"):
                late()
        assert files(written) == before

    @pytest.mark.skipif(CHECK is None, reason="this system has no sha256sum")
    def test_log_lines_of_another_thread_are_in_the_manifest_or_refused(self, written: Evidence) -> None:
        started, refused = Event(), Event()

        def log() -> None:
            try:
                while True:
                    written.append("log.jsonl", '{"message": "still here"}')
                    started.set()
            except StorageError:
                refused.set()

        thread = Thread(target=log)
        thread.start()
        assert started.wait(10)
        written.seal()
        thread.join(10)

        assert refused.is_set()
        assert check(written).returncode == 0
