"""What the database keeps of a secret: encrypted under keys that are not in it (docs/decisions/0010).

Keys are derived by HKDF-SHA256 (RFC 5869) from secrets of any form, since Heroku's generated ones are hexadecimal and Fernet
wants 32 bytes in base64.
"""

from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"opsconsole stored token"


class UnreadableError(Exception):
    """None of our keys opens this: a key is gone, or what was kept has been changed."""


class Vault:
    """`secrets`: the first encrypts, all decrypt."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(_derive(secret)) for secret in secrets])

    def seal(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raise UnreadableError."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise UnreadableError from error

    def seal_again(self, sealed: str) -> str:
        """Return the same secret under the first key; raises UnreadableError."""
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except InvalidToken as error:
            raise UnreadableError from error


def _derive(secret: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return urlsafe_b64encode(derivation.derive(secret.encode()))
