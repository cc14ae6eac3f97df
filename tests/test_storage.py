"""Promises of `pipeline.lake.bucket`: objects whole, numbers taken once, and a store that fails told in words."""

from pathlib import Path

import pytest

from pipeline.config import StoreAddress
from pipeline.errors import DataError, SettingsError, StoreFailure
from tests.s3 import ADDRESS, Store, s3_server, store

__all__ = ["s3_server", "store"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with something in it."""
    file = tmp_path / "file"
    file.write_bytes(b"rows" * 1000)
    return file


def test_what_is_put_is_listed_and_comes_back(store: Store, file: Path, tmp_path: Path) -> None:
    bucket = store.bucket()
    stamp = bucket.put("a/b=%2F/c.json", file)
    assert bucket.stamps() == {"a/b=%2F/c.json": stamp}
    assert bucket.stamps("b") == {}
    assert bucket.stamp("a/b=%2F/c.json") == stamp == bucket.fetch("a/b=%2F/c.json", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == file.read_bytes()
    bucket.delete("a/b=%2F/c.json")
    assert bucket.stamp("a/b=%2F/c.json") is bucket.fetch("a/b=%2F/c.json", tmp_path / "back") is None


def test_two_prefixes_of_a_bucket_do_not_see_each_other(store: Store, file: Path) -> None:
    store.bucket(StoreAddress(ADDRESS.bucket, "lakes/one-more")).put("a/b", file)
    assert store.held() == []


def test_more_objects_than_one_answer_lists_are_all_listed(store: Store, file: Path) -> None:
    bucket = store.bucket()
    file.write_bytes(b"")
    store.trouble.change = lambda url: url.replace("list-type=2", "list-type=2&max-keys=3")
    for n in range(7):
        bucket.put(f"a/{n}", file)
    assert len(bucket.stamps()) == 7
    assert len([path for method, path in store.trouble.seen if method == "GET"]) == 3


def test_a_number_is_taken_once(store: Store, file: Path, tmp_path: Path) -> None:
    store.bucket().put("a/1", file, is_new=True)
    with pytest.raises(FileExistsError):
        store.bucket().put("a/1", file, is_new=True)


@pytest.mark.parametrize("word", ["503", "reset", "lost"])
@pytest.mark.parametrize("is_new", [False, True])
def test_a_put_that_fails_for_a_while_is_tried_again_and_is_ours(
    word: str, is_new: bool, store: Store, file: Path, tmp_path: Path
) -> None:
    """An answer that is lost on its way leaves open whether the object is there: it is, and it is not somebody else's."""
    pauses: list[float] = []
    store.trouble.next_few(word, 3, method="PUT")
    store.bucket(sleep=pauses.append).put("a/1", file, is_new=is_new)
    assert store.content() == {"a/1": file.read_bytes()}
    assert pauses == [0.2, 0.4, 0.8][: len(pauses)]
    assert pauses


@pytest.mark.parametrize("word", ["503", "reset", "half"])
def test_a_fetch_that_fails_for_a_while_is_tried_again(
    word: str, store: Store, file: Path, tmp_path: Path
) -> None:
    bucket = store.bucket()
    bucket.put("a/1", file)
    store.trouble.next_few(word, 3, method="GET")
    bucket.fetch("a/1", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == file.read_bytes()


def test_a_store_that_stays_down_is_told_after_the_last_try(store: Store, file: Path) -> None:
    store.trouble.next_few("503", 99, method="PUT")
    with pytest.raises(StoreFailure) as caught:
        store.bucket(tries=4).put("a/1", file)
    assert str(caught.value) == "s3://audit/lakes/one/a/1: the object store answered 503 SlowDown"
    assert len(store.trouble.seen) == 4


def test_a_store_that_dawdles_is_waited_for_so_long_and_no_longer(store: Store, file: Path) -> None:
    store.trouble.next_few("slow", 1, method="PUT")
    bucket = store.bucket(timeout_seconds=0.2)
    bucket.put("a/1", file)
    assert [method for method, _ in store.trouble.seen] == ["PUT", "PUT"]
    store.trouble.next_few("slow", 9, method="HEAD")
    with pytest.raises(StoreFailure, match="did not answer"):
        store.bucket(timeout_seconds=0.1, tries=2).stamp("a/1")


def test_what_was_changed_on_its_way_is_no_answer(store: Store, file: Path, tmp_path: Path) -> None:
    bucket = store.bucket()
    bucket.put("a/1", file)
    store.trouble.next_few("changed", 1, method="GET")
    with pytest.raises(DataError, match="not what was put there"):
        bucket.fetch("a/1", tmp_path / "back")


def test_a_bucket_that_is_not_there_is_told_with_what_to_do(store: Store) -> None:
    with pytest.raises(StoreFailure) as caught:
        store.bucket(StoreAddress("nowhere", "")).stamps()
    assert "NoSuchBucket" in caught.value.what
    assert "QUAY_AUDIT_LAKE" in caught.value.hint


def test_without_credentials_it_is_said_where_they_are_looked_for(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    with pytest.raises(SettingsError) as caught:
        store.bucket().stamps()
    assert "AWS_PROFILE" in caught.value.hint
