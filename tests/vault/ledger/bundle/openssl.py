"""openssl as a stranger uses it: to check a checkpoint's signature, and as a time-stamping authority of its own."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

from tests.servers import require

# SubjectPublicKeyInfo of an Ed25519 key without the key (RFC 8410, section 4).
_SPKI = bytes.fromhex("302a300506032b6570032100")
_CONFIGURATION = """
[tsa]
default_tsa = authority
[authority]
serial = serial
crypto_device = builtin
signer_cert = authority.pem
signer_key = authority.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
[extensions]
basicConstraints = critical,CA:TRUE
extendedKeyUsage = critical,timeStamping
"""


def run(*arguments: str, directory: Path) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("openssl")
    require(program, "openssl")
    assert program is not None
    return subprocess.run([program, *arguments], cwd=directory, capture_output=True, check=False)


def is_signed(text: bytes, signature: bytes, public: bytes, directory: Path) -> bool:
    """Whether ``openssl pkeyutl`` finds the signature good under the Ed25519 key."""
    pem = base64.b64encode(_SPKI + public).decode()
    (directory / "key.pem").write_text(f"-----BEGIN PUBLIC KEY-----\n{pem}\n-----END PUBLIC KEY-----\n")
    (directory / "text").write_bytes(text)
    (directory / "signature").write_bytes(signature)
    command = ["pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "text", "-sigfile", "signature"]
    return run(*command, directory=directory).returncode == 0


class Authority:
    """A time-stamping authority with a certificate of its own, in a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        (directory / "tsa.cnf").write_text(_CONFIGURATION)
        (directory / "serial").write_text("01\n")
        made = self._openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "authority.key", "-out", "authority.pem"),
            *("-days", "30", "-subj", "/CN=Time of the tests", "-config", "tsa.cnf", "-extensions", "extensions"),
            *("-section", "none"),
        )
        assert made.returncode == 0, made.stderr

    def stamp(self, note: bytes, digest: str = "sha256") -> bytes:
        """The answer over ``note``, in DER."""
        (self.directory / "data").write_bytes(note)
        for command in (
            ("ts", "-query", "-data", "data", f"-{digest}", "-cert", "-out", "query"),
            ("ts", "-reply", "-config", "tsa.cnf", "-section", "authority", "-queryfile", "query", "-out", "answer"),
        ):
            done = self._openssl(*command)
            assert done.returncode == 0, done.stderr
        return (self.directory / "answer").read_bytes()

    def token(self, note: bytes) -> bytes:
        """The token alone, without the status that an answer begins with."""
        self.stamp(note)
        done = self._openssl("ts", "-reply", "-in", "answer", "-token_out", "-out", "token")
        assert done.returncode == 0, done.stderr
        return (self.directory / "token").read_bytes()

    def accepts(self, note: bytes, answer: bytes) -> bool:
        """What the command says that the verifier tells people to run."""
        (self.directory / "FILE.note").write_bytes(note)
        (self.directory / "FILE.tsr").write_bytes(answer)
        command = ["ts", "-verify", "-data", "FILE.note", "-in", "FILE.tsr", "-CAfile", "authority.pem"]
        return self._openssl(*command).returncode == 0

    def _openssl(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return run(*arguments, directory=self.directory)
