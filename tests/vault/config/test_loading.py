"""Every fault of a configuration is named at once, with file, key and remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from vault.config import Config, load_config
from vault.errors import ConfigError

NEEDED = """
[database]
url = "sqlite:////srv/vault.db"
[storage]
directory = "objects"
[keys]
root = "file:/srv/root.key"
[intake]
spool = "spool"
[trail]
origin = "vault.example.com"
"""
S3 = """
[storage.s3]
endpoint = "s3.example.com:9000"
bucket = "dossiers"
access_key_file = "access"
secret_key_file = "secret"
"""
HOT_FOLDER = """
[intake.hot_folder]
folder = "inbox"
spool = "waiting"
custodian = "beatrice"
"""

Load = Callable[[str], Config]
Faults = Callable[[str], list[str]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def load_text(text: str) -> Config:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return load_config(path)

    return load_text


@pytest.fixture
def faults(load: Load, tmp_path: Path) -> Faults:
    """The fault lines of a text, without the file name that begins each."""

    def faults_of(text: str) -> list[str]:
        with pytest.raises(ConfigError) as refused:
            load(text)
        beginning = f"{tmp_path / 'config.toml'}: "
        assert all(fault.startswith(beginning) for fault in refused.value.faults)
        return [fault.removeprefix(beginning) for fault in refused.value.faults]

    return faults_of


def test_needed_options_alone_give_a_configuration(load: Load) -> None:
    """Whoever writes only what must be written gets the documented defaults."""
    config = load(NEEDED)

    assert config.sessions.idle_minutes == 30


def test_relative_path_starts_at_the_file(load: Load, tmp_path: Path) -> None:
    """The configuration means the same from whichever directory the program is started."""
    config = load(NEEDED)

    assert config.intake.spool == tmp_path / "spool"
    assert config.storage.directory == tmp_path / "objects"


def test_missing_file_says_what_to_copy(tmp_path: Path) -> None:
    """The first fault that anybody meets leads to the example."""
    path = tmp_path / "absent.toml"

    with pytest.raises(ConfigError) as refused:
        load_config(path)

    assert refused.value.faults == [f"{path}: no such file; copy config.example.toml and adapt it"]


@pytest.mark.parametrize("content", [b"[database", b"\xff\xfe = 1", b"a = 1\na = 2"])
def test_unreadable_file_is_one_fault(tmp_path: Path, content: bytes) -> None:
    """What is not TOML in UTF-8 is refused as such."""
    path = tmp_path / "config.toml"
    path.write_bytes(content)

    with pytest.raises(ConfigError) as refused:
        load_config(path)

    assert len(refused.value.faults) == 1
    assert refused.value.faults[0].startswith(f"{path}: cannot be read as TOML in UTF-8: ")


def test_empty_file_names_every_table_that_is_needed(faults: Faults) -> None:
    """All that is missing is said in one run."""
    assert faults("") == [
        f"{name}: is missing; see config.example.toml" for name in ("database", "storage", "keys", "intake", "trail")
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[session]\n", "session: unknown option; did you mean sessions?"),
        ("[sessions]\nidle_minute = 3", "sessions.idle_minute: unknown option; did you mean idle_minutes?"),
        ("[sessions]\nxyz = 3", "sessions.xyz: unknown option; remove it"),
        ("[views]\nper_document = 3", "views: unknown option; remove it"),
        (
            '[[places.zones]]\nname = "A"\nnetwork = []\nnetworks = ["10.0.0.0/8"]',
            "places.zones[1].network: unknown option; did you mean networks?",
        ),
        ("[sessions]\nidle_minutes = '3'", "sessions.idle_minutes: expected `int`, got `str`"),
        ("[sessions]\nidle_minutes = true", "sessions.idle_minutes: expected `int`, got `bool`"),
        ("[sessions]\nidle_minutes = 0", "sessions.idle_minutes: expected `int` >= 1"),
        ("[sessions]\nidle_minutes = 1441", "sessions.idle_minutes: expected `int` <= 1440"),
        ("[logging]\nlevel = 'loud'", "logging.level: must be one of debug, info, warning, error"),
        ("[sessions]\nidle_minutes = 1.5", "sessions.idle_minutes: expected `int`, got `float`"),
        ("gateway = 3", "gateway: must be a table, written as [gateway]"),
        ("[marking]\nextra_fonts = ['']", "marking.extra_fonts[1]: must be a path"),
    ],
)
def test_wrong_option_is_named_with_its_remedy(faults: Faults, text: str, fault: str) -> None:
    """Unknown names, wrong types and numbers out of range are told by key."""
    head = text if text.startswith("gateway") else ""
    assert faults(f"{head}\n{NEEDED}\n{'' if head else text}") == [fault]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[gateway]\nlisten = '8700'", "gateway.listen: must be ADDRESS:PORT, such as 127.0.0.1:8700"),
        ("[gateway]\nlisten = '127.0.0.1:70000'", "gateway.listen: must be ADDRESS:PORT, such as 127.0.0.1:8700"),
        (
            "[gateway]\npublic_url = 'vault.example.com'",
            "gateway.public_url: must be http(s)://host[:port]; write what people type",
        ),
        (
            "[gateway]\npublic_url = 'https://[vault'",
            "gateway.public_url: must be http(s)://host[:port]; write what people type",
        ),
        (
            "[gateway]\npublic_url = 'https://vault.example.com:99999'",
            "gateway.public_url: must be http(s)://host[:port]; write what people type",
        ),
        (
            "[gateway]\npublic_url = 'http://vault.example.com'",
            "gateway.public_url: must be https except on the loopback; put a TLS proxy in front",
        ),
        (
            "[gateway]\ntrusted_proxies = ['10.1.2.3/16']",
            "gateway.trusted_proxies: 10.1.2.3/16 is no network; write it as 10.1.0.0/16 with host bits zero",
        ),
        (
            "[[places.zones]]\nname = 'A'\nnetworks = ['office']",
            "places.zones[1].networks: office is no network; write it as 10.1.0.0/16 with host bits zero",
        ),
        (
            "[[places.zones]]\nname = ' '\nnetworks = ['10.0.0.0/8']",
            "places.zones[1]: needs a name and at least one network",
        ),
        ("[[places.zones]]\nname = 'A'\nnetworks = []", "places.zones[1]: needs a name and at least one network"),
        (
            "[[places.zones]]\nname = 'A'\nnetworks = ['10.1.0.0/16']\n" * 2,
            "places.zones: two zones have the same name; give each its own",
        ),
        (S3, "storage: exactly one of directory and [storage.s3] is needed; remove or add one"),
    ],
)
def test_wrong_value_is_named_with_its_remedy(faults: Faults, text: str, fault: str) -> None:
    """Networks, addresses and zones that no type can check are told by key."""
    assert faults(NEEDED + text) == [fault]


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("sqlite:////srv", "mysql:///srv", "database.url: must begin with sqlite:/// or postgresql+psycopg://"),
        ("file:/srv", "/srv", "keys.root: must be SCHEME:LOCATION, such as file:/etc/dossier-vault/root.key"),
        ("file:/srv", "file:srv", "keys.root: the path must be absolute"),
        (
            "vault.example.com",
            "my vault",
            "trail.origin: must be a name without spaces, such as example.com/dossier-vault",
        ),
        (
            'directory = "objects"',
            "",
            "storage: exactly one of directory and [storage.s3] is needed; remove or add one",
        ),
        (
            'origin = "vault.example.com"',
            'origin = "a"\nnode = "N 1"',
            "trail.node: must be lower-case letters, digits and hyphens",
        ),
    ],
)
def test_wrong_needed_value_is_named_with_its_remedy(faults: Faults, right: str, wrong: str, fault: str) -> None:
    """The options that must be given are checked like the others."""
    assert right in NEEDED
    assert faults(NEEDED.replace(right, wrong)) == [fault]


def test_missing_key_files_are_faults(faults: Faults, tmp_path: Path) -> None:
    """A bucket without its two key files cannot be used."""
    assert faults(NEEDED.replace('directory = "objects"', S3)) == [
        f"storage.s3.{option}: {tmp_path / name} is not there; make the file or correct the path"
        for option, name in (("access_key_file", "access"), ("secret_key_file", "secret"))
    ]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_secret_file_open_to_others_is_a_fault(faults: Faults, tmp_path: Path, mode: int) -> None:
    """A secret that somebody else may read or change is no secret: the vault does not start with it."""
    (tmp_path / "access").write_text("key")
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "secret").chmod(mode)

    assert faults(NEEDED.replace('directory = "objects"', S3)) == [
        f"storage.s3.secret_key_file: {tmp_path / 'secret'} may be read by others; run chmod 600 on it"
    ]


def test_secret_file_of_its_owner_is_accepted(load: Load, tmp_path: Path) -> None:
    """With both key files there and the secret one private, the bucket is configured."""
    (tmp_path / "access").write_text("key")
    (tmp_path / "secret").touch(mode=0o600)

    config = load(NEEDED.replace('directory = "objects"', S3))

    assert config.storage.s3 is not None
    assert config.storage.s3.secret_key_file == tmp_path / "secret"


def test_passphrase_file_open_to_others_is_a_fault(faults: Faults, tmp_path: Path) -> None:
    """The passphrase of the root key is held to the same rule."""
    (tmp_path / "passphrase").write_text("words")
    (tmp_path / "passphrase").chmod(0o644)
    root = 'root = "file:/srv/root.key"'

    assert faults(NEEDED.replace(root, f'{root}\npassphrase_file = "passphrase"')) == [
        f"keys.passphrase_file: {tmp_path / 'passphrase'} may be read by others; run chmod 600 on it"
    ]


def test_next_root_with_a_passphrase_needs_its_file(faults: Faults) -> None:
    """Whoever starts the gateway is asked for the present root key's passphrase, not for two."""
    root = 'root = "file:/srv/root.key"'

    assert faults(NEEDED.replace(root, f'{root}\nnext_root = "passphrase:/srv/next.key"')) == [
        "keys.next_passphrase_file: needed while keys move to a root key with a passphrase"
    ]


def test_next_root_is_held_to_the_form_of_a_root(faults: Faults) -> None:
    """A relative path would be another file for another process."""
    root = 'root = "file:/srv/root.key"'

    assert faults(NEEDED.replace(root, f'{root}\nnext_root = "file:next.key"')) == [
        "keys.next_root: the path must be absolute"
    ]


def test_bucket_with_scheme_and_open_prefix_has_both_faults(faults: Faults, tmp_path: Path) -> None:
    """A pasted URL and a prefix that would run into the keys are both told."""
    (tmp_path / "access").write_text("key")
    (tmp_path / "secret").touch(mode=0o600)
    bucket = S3.replace("s3.example", "https://s3.example") + 'prefix = "vault"\nca_file = "ca.pem"'

    assert faults(NEEDED.replace('directory = "objects"', bucket)) == [
        "storage.s3.endpoint: must be host[:port] without scheme or path",
        "storage.s3.prefix: must end with a slash",
        f"storage.s3.ca_file: {tmp_path / 'ca.pem'} is not there; make the file or correct the path",
    ]


def test_missing_hot_folder_is_a_fault(faults: Faults, tmp_path: Path) -> None:
    """A share that is not mounted is found at the start, not by files that never arrive."""
    assert faults(NEEDED + HOT_FOLDER) == [
        f"intake.hot_folder.folder: {tmp_path / 'inbox'} is no directory; make it or mount it"
    ]


def test_faults_of_all_kinds_are_named_at_once(faults: Faults) -> None:
    """Neither an unknown name nor a wrong type hides a wrong value elsewhere."""
    text = NEEDED.replace("file:/srv", "file:srv") + "[sessions]\nidle_minutes = 0\nshare = 1\n[gateway]\nlisten = ''\n"

    assert faults("[zession]\n" + text.replace('spool = "spool"', "")) == [
        "zession: unknown option; did you mean sessions?",
        "keys.root: the path must be absolute",
        "intake.spool: is missing; see config.example.toml",
        "gateway.listen: must be ADDRESS:PORT, such as 127.0.0.1:8700",
        "sessions.share: unknown option; remove it",
        "sessions.idle_minutes: expected `int` >= 1",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            'host = "mail.example"\nsecurity = "none"',
            "mail.security: none is for the loopback only; use starttls or tls",
        ),
        ('host = ""', "mail.host: must be a host name or address"),
        ('host = "mail.example"\nusername = "vault"', "mail.username: goes with password_file; give both or neither"),
    ],
)
def test_mail_server_must_be_usable(faults: Faults, text: str, fault: str) -> None:
    """Passwords and notices go over TLS unless the server is on this very machine."""
    assert faults(NEEDED + f'[mail]\nsender = "vault@tests.example"\n{text}\n') == [fault]


def test_sender_must_be_an_address(faults: Faults) -> None:
    assert faults(NEEDED + '[mail]\nhost = "localhost"\nsender = "vault"\n') == [
        "mail.sender: must be an address, such as vault@example.com"
    ]


NO_PATH = "feeds[1].path: is needed for output file and for no other; add or remove it"
FEED = '[[feeds]]\nname = "soc"\nformat = "ocsf"\n'


def test_feed_has_its_defaults(load: Load) -> None:
    """Handles only, from the beginning, alarm after a quarter of an hour."""
    [feed] = load(NEEDED + FEED + 'output = "tcp"\naddress = "siem.example.com:6514"\n').feeds

    assert (feed.people, feed.begin, feed.framing, feed.stalled_minutes) == ("handles", "beginning", "octets", 15)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ('output = "file"', "feeds[1].path: is needed for output file and for no other; add or remove it"),
        (
            'output = "stdout"\npath = "x"',
            "feeds[1].path: is needed for output file and for no other; add or remove it",
        ),
        ('output = "tcp"', "feeds[1].address: is needed for output tcp and tls and for no other; add or remove it"),
        ('output = "tls"\naddress = "siem"', "feeds[1].address: must be HOST:PORT, such as siem.example.com:6514"),
        (
            'output = "tls"\naddress = "s:1"\ncertificate_file = "config.toml"',
            "feeds[1].certificate_file: needs key_file, and the other way round; add the other one",
        ),
        (
            'output = "tcp"\naddress = "s:1"\nserver_name = "s"',
            "feeds[1]: server_name and certificate files are for output tls only; remove them",
        ),
    ],
)
def test_feed_that_could_not_be_sent_is_a_fault(faults: Faults, lines: str, fault: str) -> None:
    """Before anything runs."""
    assert faults(NEEDED + FEED + lines) == [fault]


def test_feed_needs_a_folder_a_private_key_and_a_name_of_its_own(faults: Faults, tmp_path: Path) -> None:
    """All said at once."""
    for name in ("ours.crt", "ours.key"):
        (tmp_path / name).touch()
    (tmp_path / "ours.key").chmod(0o644)
    found = faults(
        NEEDED
        + FEED
        + 'output = "file"\npath = "away/feed.jsonl"\n'
        + FEED
        + 'output = "tls"\naddress = "s:1"\ncertificate_file = "ours.crt"\nkey_file = "ours.key"\nca_file = "no.pem"\n'
        + '[[feeds]]\nname = "Two Words"\nformat = "cef"\noutput = "stdout"\n'
    )

    assert len(found) == 5
    assert found[0].startswith("feeds[1].path: ")
    assert found[1].startswith("feeds[2].ca_file: ")
    assert found[2].startswith("feeds[2].key_file: ")
    assert found[3] == "feeds[3].name: must be lower-case letters, digits and hyphens"
    assert found[4] == "feeds: two feeds have the same name; give each its own"
