"""Tests of the Merkle tree with the vectors of RFC 6962, and against its definition."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.record.merkle import (
    EMPTY_ROOT,
    Peaks,
    consistency_spans,
    inclusion_paths,
    inclusion_spans,
    is_consistent,
    leaf_hash,
    node_hash,
    root_by_inclusion,
    roots_of,
)

ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The vectors of Certificate Transparency: the roots of the first n entries."""

INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
MANY = 300


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4)) for number in range(count)]


def naive_root(hashes: list[bytes]) -> bytes:
    """MTH as RFC 6962 defines it."""
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    split = max(power for power in (1 << bit for bit in range(20)) if power < len(hashes))
    return node_hash(naive_root(hashes[:split]), naive_root(hashes[split:]))


def naive_path(index: int, hashes: list[bytes]) -> list[bytes]:
    """PATH as RFC 6962 defines it."""
    if len(hashes) == 1:
        return []
    split = max(power for power in (1 << bit for bit in range(20)) if power < len(hashes))
    if index < split:
        return [*naive_path(index, hashes[:split]), naive_root(hashes[split:])]
    return [*naive_path(index - split, hashes[split:]), naive_root(hashes[:split])]


def naive_proof(earlier: int, hashes: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF as RFC 6962 defines it."""
    if earlier == len(hashes):
        return [] if whole else [naive_root(hashes)]
    split = max(power for power in (1 << bit for bit in range(20)) if power < len(hashes))
    if earlier <= split:
        return [*naive_proof(earlier, hashes[:split], whole=whole), naive_root(hashes[split:])]
    return [*naive_proof(earlier - split, hashes[split:], whole=False), naive_root(hashes[:split])]


def peaks_of(hashes: list[bytes]) -> Peaks:
    peaks = Peaks()
    for leaf in hashes:
        peaks = peaks.adding(leaf)
    return peaks


def proof_of(spans: tuple[tuple[int, int], ...], hashes: list[bytes], begun: Peaks | None = None) -> list[bytes]:
    found = roots_of(spans, hashes[begun.size :] if begun else hashes, begun)
    return [found[span] for span in spans]


def test_the_roots_are_those_of_the_rfc() -> None:
    """The roots of the first eight sizes and of the empty tree are those of the RFC."""
    hashes = [leaf_hash(entry) for entry in ENTRIES]
    assert [peaks_of(hashes[:size]).root().hex() for size in range(9)] == ROOTS
    assert Peaks().root() == EMPTY_ROOT


@pytest.mark.parametrize(("asked", "wanted"), INCLUSION.items())
def test_inclusion_proofs_are_those_of_the_rfc(asked: tuple[int, int], wanted: list[str]) -> None:
    """The shared inclusion vectors are made and verified."""
    index, size = asked
    hashes = [leaf_hash(entry) for entry in ENTRIES[:size]]
    proof = proof_of(inclusion_spans(index, size), hashes)
    assert [root.hex() for root in proof] == wanted
    assert root_by_inclusion(hashes[index], index, size, proof) == bytes.fromhex(ROOTS[size])


@pytest.mark.parametrize(("asked", "wanted"), CONSISTENCY.items())
def test_consistency_proofs_are_those_of_the_rfc(asked: tuple[int, int], wanted: list[str]) -> None:
    """The shared consistency vectors are made and verified."""
    earlier, later = asked
    hashes = [leaf_hash(entry) for entry in ENTRIES[:later]]
    proof = proof_of(consistency_spans(earlier, later), hashes)
    assert [root.hex() for root in proof] == wanted
    assert is_consistent(earlier, bytes.fromhex(ROOTS[earlier]), later, bytes.fromhex(ROOTS[later]), proof)


@given(st.integers(0, MANY))
def test_adding_one_by_one_gives_the_root_by_definition(size: int) -> None:
    """Adding leaves one by one gives the root by definition, with no more peaks than the size has bits."""
    peaks = peaks_of(leaves(size))
    assert peaks.root() == naive_root(leaves(size))
    assert len(peaks.roots) == size.bit_count()


@given(st.integers(1, MANY).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_every_leaf_has_its_proof(asked: tuple[int, int]) -> None:
    """A leaf's proof is the one by definition, and gives the root only for its own leaf and place."""
    index, size = asked
    hashes = leaves(size)
    proof = proof_of(inclusion_spans(index, size), hashes)
    root = naive_root(hashes)
    assert proof == naive_path(index, hashes)
    assert root_by_inclusion(hashes[index], index, size, proof) == root
    assert root_by_inclusion(leaf_hash(b"another"), index, size, proof) != root
    for elsewhere in (index - 1, index + 1):
        assert root_by_inclusion(hashes[index], elsewhere, size, proof) != root
    assert root_by_inclusion(hashes[index], index, size, [*proof, root]) is None


@given(st.integers(1, MANY).flatmap(lambda size: st.tuples(st.sets(st.integers(0, size - 1)), st.just(size))))
def test_proofs_of_several_leaves_are_made_in_one_pass(asked: tuple[set[int], int]) -> None:
    """The leaves come once, and nobody knows before which of them are wanted."""
    wanted, size = asked
    hashes = leaves(size)
    found = inclusion_paths(iter([(leaf, index in wanted) for index, leaf in enumerate(hashes)]), size)
    assert {index: list(path) for index, path in found.items()} == {
        index: naive_path(index, hashes) for index in wanted
    }


@given(st.integers(1, MANY).flatmap(lambda size: st.tuples(st.integers(1, size), st.just(size))))
def test_a_tree_that_grew_has_its_proof(asked: tuple[int, int]) -> None:
    """The consistency proof is the one by definition, made only from the old peaks and the new leaves."""
    earlier, later = asked
    hashes = leaves(later)
    old, new = naive_root(hashes[:earlier]), naive_root(hashes)
    proof = proof_of(consistency_spans(earlier, later), hashes, peaks_of(hashes[:earlier]))
    assert proof == naive_proof(earlier, hashes)
    assert is_consistent(earlier, old, later, new, proof)


@given(
    st.integers(2, MANY).flatmap(
        lambda size: st.tuples(st.integers(1, size - 1), st.just(size), st.integers(0, size - 1))
    )
)
def test_a_history_that_was_changed_has_none(asked: tuple[int, int, int]) -> None:
    """No proof shows that a tree with a changed earlier leaf continues the earlier tree."""
    earlier, later, place = asked
    hashes = leaves(later)
    changed = [*hashes[:place], leaf_hash(b"changed"), *hashes[place + 1 :]]
    proof = naive_proof(earlier, changed)
    consistent = is_consistent(earlier, naive_root(hashes[:earlier]), later, naive_root(changed), proof)
    assert consistent is (place >= earlier)


def test_what_cannot_be_proved_is_no_proof() -> None:
    """Wrong sizes and proofs that are too short or too long are refused."""
    hashes = leaves(9)
    old, new = naive_root(hashes[:4]), naive_root(hashes)
    proof = naive_proof(4, hashes)
    assert not is_consistent(4, old, 9, new, proof[:-1])
    assert not is_consistent(4, old, 9, new, [*proof, new])
    assert not is_consistent(4, old, 9, new, [])
    assert not is_consistent(9, new, 4, old, proof)
    assert is_consistent(0, EMPTY_ROOT, 9, new, [])
    assert not is_consistent(0, old, 9, new, [])
    assert root_by_inclusion(hashes[0], 9, 9, []) is None
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_spans(9, 9)
    with pytest.raises(ValueError, match="cannot begin"):
        consistency_spans(5, 4)
