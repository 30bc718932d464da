"""Three sources of a folder's files, one behaviour: what is listed, what is read, what is refused."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import folder as folders
from engine.folder import DiskFolder, Folder, FolderError, GitFolder, MemoryFolder, Outside, TooLarge

FILES = {
    "ordinance.yaml": b"language: 1\n",
    "b.rules": b"# b\n",
    "a/z.rules": b"# z\n",
    "a b/t.csv": b"x\n",
    "tables/ö.csv": b"o\n",
    ".git-like/hidden.rules": b"#\n",
}
LISTED = ["a b/t.csv", "a/z.rules", "b.rules", "ordinance.yaml", "tables/ö.csv"]


def write(root: Path, files: dict[str, bytes] = FILES) -> Path:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def git(root: Path, *arguments: str) -> None:
    quiet = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_DATE": "2026-03-01T10:00:00Z",
        "GIT_COMMITTER_DATE": "2026-03-01T10:00:00Z",
        "PATH": os.environ["PATH"],
    }
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@shop.example")
    subprocess.run(["git", "-C", str(root), *who, *arguments], check=True, env=quiet, capture_output=True)


def committed(root: Path, files: dict[str, bytes] = FILES) -> Path:
    write(root, files)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    return root


MAKERS: dict[str, Callable[[Path], Folder]] = {
    "memory": lambda root: MemoryFolder(FILES),
    "disk": lambda root: DiskFolder(write(root)),
    "git": lambda root: GitFolder(committed(root), "HEAD"),
}


@pytest.fixture(params=MAKERS)
def any_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Folder:
    return MAKERS[request.param](tmp_path)


def test_paths_are_sorted_have_forward_slashes_and_leave_out_dot_folders(any_folder: Folder) -> None:
    assert any_folder.paths() == LISTED


def test_a_file_is_read_as_it_is(any_folder: Folder) -> None:
    assert any_folder.read("tables/ö.csv") == b"o\n"
    assert any_folder.read("a/z.rules") == b"# z\n"


def test_a_file_that_is_not_there(any_folder: Folder) -> None:
    with pytest.raises(FileNotFoundError):
        any_folder.read("a/none.rules")
    with pytest.raises(FileNotFoundError):
        any_folder.read("a")


@pytest.mark.parametrize(
    "path", ["../x.csv", "a/../../x.csv", "/etc/hostname", "C:/x.csv", "..", "a\\..\\x.csv", "x\0.csv", ""]
)
def test_a_path_that_leaves_the_folder_is_refused(any_folder: Folder, path: str) -> None:
    with pytest.raises(Outside):
        any_folder.read(path)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_file_past_the_cap_of_its_kind_is_refused(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(folders.CAPS, ".rules", 3)
    with pytest.raises(TooLarge) as refused:
        MAKERS[kind](tmp_path).read("b.rules")
    assert (refused.value.path, refused.value.size, refused.value.cap) == ("b.rules", 4, 3)


def test_the_caps_are_those_of_the_language() -> None:
    assert [folders.cap(path) for path in ("a.rules", "a.yaml", "a.csv")] == [
        10_000_000,
        1_000_000,
        50_000_000,
    ]
    with pytest.raises(TooLarge, match=r"`big\.yaml` is larger than 1 MB, the most"):
        MemoryFolder({"big.yaml": b" " * 1_500_000}).read("big.yaml")


def test_a_link_that_stays_inside_is_followed_and_one_that_leads_out_is_not(tmp_path: Path) -> None:
    outside = tmp_path / "secret.csv"
    outside.write_bytes(b"secret")
    root = tmp_path / "shop"
    write(root)
    (root / "out.csv").symlink_to(outside)
    (root / "up.csv").symlink_to("../secret.csv")
    (root / "in.rules").symlink_to("a/z.rules")
    (root / "loop.rules").symlink_to("loop.rules")
    (root / "elsewhere").symlink_to(tmp_path)
    for folder in (DiskFolder(root), GitFolder(committed(root), "HEAD")):
        assert folder.paths() == sorted([*LISTED, "in.rules"])
        assert folder.read("in.rules") == b"# z\n"
        for path in ("out.csv", "up.csv"):
            with pytest.raises(Outside):
                folder.read(path)
        with pytest.raises((Outside, FileNotFoundError)):
            folder.read("elsewhere/secret.csv")


def test_only_regular_files_are_listed_and_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.rules")
    assert DiskFolder(tmp_path).paths() == []
    with pytest.raises(FileNotFoundError):
        DiskFolder(tmp_path).read("pipe.rules")


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match=r"there is no folder `.*/none`"):
        DiskFolder(tmp_path / "none").paths()
    with pytest.raises(FolderError, match=r"there is no folder `.*/none`"):
        GitFolder(tmp_path / "none", "HEAD").paths()


def test_a_folder_with_more_files_than_any_ruleset_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "MOST_FILES", 3)
    with pytest.raises(FolderError, match="more than 3 files"):
        DiskFolder(write(tmp_path)).paths()


def test_a_revision_is_read_as_it_was(tmp_path: Path) -> None:
    committed(tmp_path)
    (tmp_path / "b.rules").write_bytes(b"# changed\n")
    (tmp_path / "new.rules").write_bytes(b"# new\n")
    assert GitFolder(tmp_path, "HEAD").read("b.rules") == b"# b\n"
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "second")
    assert GitFolder(tmp_path, "HEAD~1").paths() == LISTED
    assert GitFolder(tmp_path, "main").read("b.rules") == b"# changed\n"


def test_a_ruleset_further_down_in_its_repository(tmp_path: Path) -> None:
    committed(tmp_path, {f"shops/eu/{path}": data for path, data in FILES.items()} | {"other.rules": b"#\n"})
    folder = GitFolder.of(tmp_path / "shops" / "eu", "HEAD")
    assert folder.prefix == "shops/eu"
    assert folder.paths() == LISTED
    assert folder.read("b.rules") == b"# b\n"
    with pytest.raises(Outside):
        folder.read("../../other.rules")
    with pytest.raises(FolderError, match="at `HEAD` there is no folder `shops/us`"):
        GitFolder(tmp_path, "HEAD", "shops/us").paths()


@pytest.mark.parametrize("ref", ["nonesuch", "--help", "HEAD~99", "", "a\0b"])
def test_a_revision_that_git_does_not_know(tmp_path: Path, ref: str) -> None:
    committed(tmp_path)
    with pytest.raises(FolderError):
        GitFolder(tmp_path, ref).paths()


def test_an_unknown_revision_is_named(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match=r"^git knows no revision `nonesuch`$"):
        GitFolder(committed(tmp_path), "nonesuch").paths()


def test_a_folder_outside_any_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "plain").mkdir()
    with pytest.raises(FolderError, match=r"`.*/plain` is not in a git repository"):
        GitFolder(tmp_path / "plain", "HEAD").paths()


def test_a_hook_of_another_repository_does_not_lead_astray(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(tmp_path / "one", {"one.rules": b"#\n"})
    committed(tmp_path / "two", {"two.rules": b"#\n"})
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "one" / ".git"))
    assert GitFolder.of(tmp_path / "two", "HEAD").paths() == ["two.rules"]


def test_without_git_on_the_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FolderError, match="git is not installed"):
        GitFolder(tmp_path, "HEAD").paths()
