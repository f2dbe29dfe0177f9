"""A strict stand-in for a transit engine: answers as the documented API does, and refuses what that refuses.

It keeps keys of type ``aes256-gcm96``, derived or not, with versions; derives a key for each context with HKDF; checks
the token on every call; can be sealed, slow or absent. Its rewrap takes a context and no associated data, as in the
original. Nothing of the vault's own code is in it.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Refused(Exception):
    """An answer with a status and the API's list of errors."""

    def __init__(self, status: int, *errors: str) -> None:
        super().__init__(status, *errors)
        self.status = status
        self.errors = list(errors)


@dataclass
class StoredKey:
    """One named key."""

    derived: bool
    exportable: bool
    versions: dict[int, bytes] = field(default_factory=dict)
    min_decryption_version: int = 1
    kind: str = "aes256-gcm96"

    @property
    def latest(self) -> int:
        return max(self.versions)


@dataclass
class TransitEngine:
    """The engine at ``mount``; ``url`` once it is started."""

    token: str = field(default_factory=lambda: "s." + secrets.token_hex(12))
    mount: str = "transit"
    keys: dict[str, StoredKey] = field(default_factory=dict)
    is_sealed: bool = False
    answer_with: Callable[[], tuple[int, bytes]] | None = None
    calls: list[str] = field(default_factory=list)
    url: str = ""

    def start(self) -> ThreadingHTTPServer:
        engine = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._serve("GET")

            def do_POST(self) -> None:
                self._serve("POST")

            do_PUT = do_POST  # noqa: N815 - the name that the library looks for

            def log_message(self, *_args: Any) -> None:
                """Says nothing."""

            def _serve(self, method: str) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if engine.answer_with is not None:
                    status, body = engine.answer_with()
                else:
                    status, body = engine.answer(method, self.path, self.headers.get("X-Vault-Token", ""), sent)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        return server

    def answer(self, method: str, path: str, token: str, sent: bytes) -> tuple[int, bytes]:
        """Status and body of one call."""
        self.calls.append(f"{method} {path}")
        try:
            if self.is_sealed:
                raise Refused(503, "Vault is sealed")
            if token != self.token:
                raise Refused(403, "permission denied")
            answered = self._route(method, path, json.loads(sent) if sent else {})
        except Refused as refused:
            return refused.status, json.dumps({"errors": refused.errors}).encode()
        if answered is None:
            return 204, b""
        return 200, json.dumps({"request_id": "r", "lease_duration": 0, "data": answered}).encode()

    def _route(self, method: str, path: str, sent: dict[str, Any]) -> dict[str, Any] | None:
        prefix = f"/v1/{self.mount}/"
        if not path.startswith(prefix):
            raise Refused(404, f"no handler for route {path!r}")
        action, _, name = path.removeprefix(prefix).partition("/")
        match (method, action, name.partition("/")[2]):
            case ("POST", "keys", "rotate"):
                self._key(name.partition("/")[0]).versions[self._key(name.partition("/")[0]).latest + 1] = _fresh()
                return None
            case ("POST", "keys", ""):
                return self._create(name, sent)
            case ("GET", "keys", ""):
                return self._read(name)
            case ("POST", "encrypt", ""):
                return self._encrypt(name, sent)
            case ("POST", "decrypt", ""):
                return {"plaintext": _text(self._decrypt(name, sent))}
            case ("POST", "rewrap", ""):
                plaintext = self._decrypt(name, sent)
                return self._encrypt(name, {"plaintext": _text(plaintext), "context": sent.get("context", "")})
            case _:
                raise Refused(405, "unsupported operation")

    def _create(self, name: str, sent: dict[str, Any]) -> dict[str, Any] | None:
        if name not in self.keys:  # as documented: creating one that is there changes nothing
            derived, exportable = bool(sent.get("derived")), bool(sent.get("exportable"))
            self.keys[name] = StoredKey(derived, exportable, {1: _fresh()}, kind=sent.get("type", "aes256-gcm96"))
        return None

    def _read(self, name: str) -> dict[str, Any]:
        key = self.keys.get(name)
        if key is None:
            raise Refused(404)
        return {
            "name": name,
            "type": key.kind,
            "derived": key.derived,
            "exportable": key.exportable,
            "allow_plaintext_backup": False,
            "keys": dict.fromkeys(map(str, key.versions), "2026-11-25T09:00:00Z"),
            "latest_version": key.latest,
            "min_decryption_version": key.min_decryption_version,
        }

    def _encrypt(self, name: str, sent: dict[str, Any]) -> dict[str, Any]:
        key = self._key(name)
        nonce = secrets.token_bytes(12)
        cipher = AESGCM(self._material(key, key.latest, sent))
        sealed = cipher.encrypt(nonce, _bytes(sent, "plaintext"), None)
        return {"ciphertext": f"vault:v{key.latest}:{_text(nonce + sealed)}", "key_version": key.latest}

    def _decrypt(self, name: str, sent: dict[str, Any]) -> bytes:
        key = self._key(name)
        parts = str(sent.get("ciphertext", "")).split(":")
        if len(parts) != 3 or parts[0] != "vault" or not parts[1][1:].isdigit():
            raise Refused(400, "invalid ciphertext: no prefix")
        version = int(parts[1][1:])
        if version < key.min_decryption_version or version not in key.versions:
            raise Refused(400, "ciphertext or signature version is disallowed by policy (too old)")
        raw = _bytes({"ciphertext": parts[2]}, "ciphertext")
        if len(raw) < 28:
            raise Refused(400, "invalid ciphertext: too short")
        try:
            return AESGCM(self._material(key, version, sent)).decrypt(raw[:12], raw[12:], None)
        except InvalidTag as exc:
            raise Refused(400, "cipher: message authentication failed") from exc

    def _key(self, name: str) -> StoredKey:
        if name not in self.keys:
            raise Refused(400, "encryption key not found")
        return self.keys[name]

    def _material(self, key: StoredKey, version: int, sent: dict[str, Any]) -> bytes:
        if not key.derived:
            return key.versions[version]
        if not sent.get("context"):
            raise Refused(400, "missing 'context' for key derivation; the key was created using a derived key")
        return HKDF(SHA256(), 32, None, _bytes(sent, "context")).derive(key.versions[version])


def _fresh() -> bytes:
    return secrets.token_bytes(32)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(sent: dict[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(str(sent.get(name, "")), validate=True)
    except ValueError as exc:
        raise Refused(400, f"failed to base64-decode {name}") from exc
