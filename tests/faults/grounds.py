"""Where a round of a fault test takes place: a company's vault of its own, made anew from a template each time.

One kind keeps everything in a directory (SQLite and files), the other in a real PostgreSQL and a real S3 server. Both
are a directory with a ``config.toml``, so whoever opens the vault need not know which it is.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from minio import Minio
from minio.commonconfig import CopySource

from tests.company import copy_company, write_config
from tests.servers import PostgresqlServer, S3Server

BUCKET = "faults"


@dataclass
class DirectoryGrounds:
    """Copies of a template directory."""

    template: Path
    scratch: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def fresh(self) -> Path:
        """A directory with the template's vault, for one round."""
        ground = self.scratch / f"ground{next(self._numbers)}"
        copy_company(self.template, ground)
        return ground

    def clear(self, ground: Path) -> None:
        """The round is over."""
        shutil.rmtree(ground)


@dataclass
class ServerGrounds:
    """Copies of a template database and of the objects under a prefix; keys and configuration lie in a directory."""

    postgresql: PostgresqlServer
    s3: S3Server
    scratch: Path
    template: Path = field(init=False)
    _databases: dict[Path, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def build(self, fill: Callable[[Path], None]) -> None:
        """Makes the template: an empty vault's configuration, filled by ``fill``."""
        self.client()
        self.template = self._place(self.scratch / "template", self.postgresql.new_database())
        fill(self.template / "config.toml")

    def of(self, template: Path, scratch: Path) -> ServerGrounds:
        """Grounds whose template is one of these, changed meanwhile."""
        grounds = ServerGrounds(self.postgresql, self.s3, scratch)
        grounds.template = template
        grounds._databases[template] = self._databases[template]
        return grounds

    def fresh(self) -> Path:
        ground = self.scratch / f"server{next(self._numbers)}"
        url = self.postgresql.new_database(copy_of=self._databases[self.template])
        shutil.copytree(self.template, ground)
        self._place(ground, url)
        self._copy_objects(ground)
        return ground

    def clear(self, ground: Path) -> None:
        self.postgresql.drop_database(self._databases.pop(ground))
        shutil.rmtree(ground)

    def _place(self, ground: Path, url: str) -> Path:
        ground.mkdir(parents=True, exist_ok=True)
        storage = self.s3.storage_section(ground, bucket=BUCKET, prefix=self._prefix_of(ground))
        write_config(ground, database_url=url, storage=storage)
        self._databases[ground] = url
        return ground

    def _copy_objects(self, ground: Path) -> None:
        client = self.client()
        prefix = self._prefix_of(self.template)
        for found in client.list_objects(bucket_name=BUCKET, prefix=prefix, recursive=True):
            name = str(found.object_name)
            client.copy_object(
                bucket_name=BUCKET,
                object_name=self._prefix_of(ground) + name.removeprefix(prefix),
                source=CopySource(bucket_name=BUCKET, object_name=name),
            )

    def _prefix_of(self, ground: Path) -> str:
        """Where the ground's objects lie in the bucket that all tests share."""
        return f"{ground.parent.name}/{ground.name}/"

    def client(self) -> Minio:
        """A client of the server, with the bucket made."""
        client = Minio(
            endpoint=self.s3.endpoint,
            access_key=self.s3.access_key,
            secret_key=self.s3.secret_key,
            secure=False,
            region="us-east-1",
        )
        if not client.bucket_exists(bucket_name=BUCKET):
            client.make_bucket(bucket_name=BUCKET)
        return client


Grounds = DirectoryGrounds | ServerGrounds
