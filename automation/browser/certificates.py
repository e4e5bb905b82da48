"""Certificates where KETEN_CA_FILE names a CA that browser and driver do not know.

Chromium takes no CA by a flag, and the one flag that takes a key (`--ignore-certificate-errors-spki-list`) also takes a
stranger's certificate that has a known one sent along behind it (tried with Chromium 156). So no server is ever judged
by that flag: the wire itself speaks TLS with the portal and verifies chain and host name, every time; browser and
driver speak TLS with the wire, by a key that was made for this run and that nothing but the wire has.
"""

from __future__ import annotations

import base64
import hashlib
import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from automation.errors import SettingsError
from automation.machine.scratch import scratch


class Certificates:
    """A context; while it lasts, `launch_arguments` and `driver_environment` make a browser trust this run's own CA.

    `outside` verifies servers, by the system's CAs and those of the file. SettingsError when the file will not do.
    """

    def __init__(self, ca_file: Path) -> None:
        import trustme

        self.outside = ssl.create_default_context()
        try:
            self.outside.load_verify_locations(ca_file.expanduser())
        except (OSError, ValueError) as error:
            why = error.strerror if type(error) is not ssl.SSLError and isinstance(error, OSError) else None
            raise SettingsError(
                f"KETEN_CA_FILE: cannot read a certificate from this file ({why or 'it is not a PEM file'})",
                "Set it to a file with the CA's certificate in PEM format (-----BEGIN CERTIFICATE-----).",
            ) from None
        self._own = trustme.CA(organization_name="keten, for one run")
        self._inside: dict[str, ssl.SSLContext] = {}

    def __enter__(self) -> Self:
        self._scratch = scratch()
        self._folder = self._scratch.__enter__()
        self._file = self._folder / "ca.pem"
        self._file.write_bytes(self._own.cert_pem.bytes())
        return self

    def __exit__(self, *_: object) -> None:
        self._scratch.__exit__(None, None, None)

    def inside(self, host: str) -> ssl.SSLContext:
        """How the wire shows itself to the browser as this host."""
        if host not in self._inside:
            leaf = self._own.issue_cert(host, "localhost")  # what Node asks for where the host is a number (tried)
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            chain = b"".join(pem.bytes() for pem in [leaf.private_key_pem, *leaf.cert_chain_pems, self._own.cert_pem])
            file = self._folder / "chain.pem"
            try:
                file.write_bytes(chain)
                context.load_cert_chain(file)
            finally:
                file.unlink(missing_ok=True)
            self._inside[host] = context
        return self._inside[host]

    @property
    def launch_arguments(self) -> Sequence[str]:
        """With these, Chromium takes what this run's own CA stands behind."""
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        key = x509.load_pem_x509_certificate(self._own.cert_pem.bytes()).public_key()
        spki = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
        return (f"--ignore-certificate-errors-spki-list={base64.b64encode(spki).decode()}",)

    @property
    def driver_environment(self) -> Mapping[str, str]:
        """With these, Playwright's driver (Node) verifies by this run's own CA."""
        return {"NODE_EXTRA_CA_CERTS": str(self._file)}
