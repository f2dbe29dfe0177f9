"""Both stores, behind one fixture."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from minio import Minio

from tests.servers import S3Server
from vault.storage.directory import DirectoryStore
from vault.storage.port import ObjectStore
from vault.storage.s3 import S3Store
from vault.storage.settings import S3Settings

NewS3Store = Callable[..., S3Store]


@pytest.fixture
def directory_store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path, random=os.urandom)


@pytest.fixture
def new_s3_store(s3_server: S3Server) -> Iterator[NewS3Store]:
    """Makes S3 stores over fresh buckets; settings can be replaced by keyword."""
    made: list[S3Store] = []

    def make(*, monotonic: Callable[[], float] = time.monotonic, **changes: object) -> S3Store:
        defaults = {
            "endpoint": s3_server.endpoint,
            "bucket": changes.get("bucket") or _new_bucket(s3_server),
            "access_key": s3_server.access_key,
            "secret_key": s3_server.secret_key,
            "secure": False,
        }
        settings = S3Settings(**{**defaults, **changes})  # type: ignore[arg-type]
        made.append(S3Store(settings, random=os.urandom, monotonic=monotonic))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def s3_store(new_s3_store: NewS3Store) -> S3Store:
    return new_s3_store(prefix="tests/")


@pytest.fixture(params=["directory", "s3"])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    """Each test that asks for it runs on both stores."""
    opened: ObjectStore = request.getfixturevalue(f"{request.param}_store")
    return opened


def _new_bucket(server: S3Server) -> str:
    """Made through the server, which would not notice a new directory at once."""
    bucket = f"bucket-{os.urandom(8).hex()}"
    client = Minio(
        endpoint=server.endpoint,
        access_key=server.access_key,
        secret_key=server.secret_key,
        secure=False,
        region="us-east-1",
    )
    client.make_bucket(bucket_name=bucket)
    return bucket
