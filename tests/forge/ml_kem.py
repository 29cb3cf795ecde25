"""ML-KEM-768 encapsulation with given randomness (FIPS 203 §5.2, §6.2), for the forge only.

No library hands the randomness of an encapsulation in, and a corpus that is made twice
alike needs it. Slow and not constant in time: it protects nothing but test data.
"""

import hashlib
from typing import Final

Q: Final = 3329
N: Final = 256
K: Final = 3
Polynomial = list[int]


def _reversed_bits(number: int) -> int:
    return int(f"{number:07b}"[::-1], 2)


_ZETAS: Final = [pow(17, _reversed_bits(index), Q) for index in range(128)]
_GAMMAS: Final = [pow(17, 2 * _reversed_bits(index) + 1, Q) for index in range(128)]


def encapsulate(public_key: bytes, message: bytes) -> tuple[bytes, bytes]:
    """Return the shared secret and the ciphertext that 32 bytes of randomness lead to."""
    digest = hashlib.sha3_512(message + hashlib.sha3_256(public_key).digest()).digest()
    return digest[:32], _encrypt(public_key, message, digest[32:])


def _encrypt(public_key: bytes, message: bytes, randomness: bytes) -> bytes:
    """K-PKE.Encrypt (algorithm 14)."""
    rho = public_key[-32:]
    rows = [public_key[384 * index : 384 * (index + 1)] for index in range(K)]
    t_hat = [_unpacked(row, 12) for row in rows]
    noise = [_noise(randomness, number) for number in range(2 * K + 1)]
    y_hat = [_ntt(each) for each in noise[:K]]
    u = []
    for index in range(K):
        column = [_uniform(rho + bytes((index, other))) for other in range(K)]
        u.append(_added(_inverse(_product(column, y_hat)), noise[K + index]))
    bits = [(message[place >> 3] >> (place & 7) & 1) * ((Q + 1) // 2) for place in range(N)]
    v = _added(_added(_inverse(_product(t_hat, y_hat)), noise[-1]), bits)
    return b"".join(_compressed(each, 10) for each in u) + _compressed(v, 4)


def _uniform(seed: bytes) -> Polynomial:
    """SampleNTT (algorithm 7)."""
    stream = hashlib.shake_128(seed).digest(3 * 1024)
    found: Polynomial = []
    for place in range(0, len(stream), 3):
        low, middle, high = stream[place : place + 3]
        for number in (low | (middle & 15) << 8, middle >> 4 | high << 4):
            if number < Q and len(found) < N:
                found.append(number)
    return found


def _noise(randomness: bytes, number: int) -> Polynomial:
    """SamplePolyCBD_2 of PRF_2 (algorithm 8)."""
    stream = hashlib.shake_256(randomness + bytes((number,))).digest(128)
    halves = [half for byte in stream for half in (byte & 15, byte >> 4)]
    return [((h & 1) + (h >> 1 & 1) - (h >> 2 & 1) - (h >> 3)) % Q for h in halves]


def _ntt(polynomial: Polynomial) -> Polynomial:
    """NTT (algorithm 9)."""
    f, index, length = list(polynomial), 1, 128
    while length >= 2:
        for start in range(0, N, 2 * length):
            zeta = _ZETAS[index]
            index += 1
            for place in range(start, start + length):
                turned = zeta * f[place + length] % Q
                f[place + length] = (f[place] - turned) % Q
                f[place] = (f[place] + turned) % Q
        length //= 2
    return f


def _inverse(polynomial: Polynomial) -> Polynomial:
    """NTT^-1 (algorithm 10)."""
    f, index, length = list(polynomial), 127, 2
    while length <= 128:
        for start in range(0, N, 2 * length):
            zeta = _ZETAS[index]
            index -= 1
            for place in range(start, start + length):
                kept = f[place]
                f[place] = (kept + f[place + length]) % Q
                f[place + length] = zeta * (f[place + length] - kept) % Q
        length *= 2
    return [value * 3303 % Q for value in f]


def _product(left: list[Polynomial], right: list[Polynomial]) -> Polynomial:
    """Return the sum of MultiplyNTTs of two vectors (algorithms 11 and 12)."""
    total = [0] * N
    for one, other in zip(left, right, strict=True):
        for pair in range(128):
            a0, a1 = one[2 * pair : 2 * pair + 2]
            b0, b1 = other[2 * pair : 2 * pair + 2]
            total[2 * pair] += a0 * b0 + a1 * b1 % Q * _GAMMAS[pair]
            total[2 * pair + 1] += a0 * b1 + a1 * b0
    return [value % Q for value in total]


def _added(one: Polynomial, other: Polynomial) -> Polynomial:
    return [(a + b) % Q for a, b in zip(one, other, strict=True)]


def _compressed(polynomial: Polynomial, bits: int) -> bytes:
    """ByteEncode of Compress (algorithm 5, §4.2.1)."""
    packed = 0
    for place, value in enumerate(polynomial):
        rounded = ((value << bits) + Q // 2) // Q & ((1 << bits) - 1)
        packed |= rounded << (place * bits)
    return packed.to_bytes(32 * bits, "little")


def _unpacked(data: bytes, bits: int) -> Polynomial:
    """ByteDecode (algorithm 6)."""
    packed = int.from_bytes(data, "little")
    return [(packed >> (place * bits) & ((1 << bits) - 1)) % Q for place in range(N)]
