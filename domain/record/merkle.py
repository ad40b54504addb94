"""A Merkle tree over a list that only grows, as in RFC 6962 and 9162: its root, and proofs that others can check.

Two proofs: that a leaf is in the tree (inclusion), and that a later tree only added leaves to an earlier one
(consistency). A proof is a list of roots of parts of the tree; a part is named by its span of leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Span = tuple[int, int]
"""The leaves from the first number up to the second, which is not included."""

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry of the list."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours. Its prefix differs from a leaf's, so that neither can be taken for the other."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Peaks:
    """The roots of the full subtrees that make up the first `size` leaves, the largest first.

    Nothing else is needed to add leaves: at most log2(size) + 1 hashes.
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def adding(self, leaf: bytes) -> Peaks:
        """The tree with one more leaf, whose hash is `leaf`."""
        roots, complete = self.roots, self.size
        while complete & 1:
            leaf = node_hash(roots[-1], leaf)
            roots, complete = roots[:-1], complete >> 1
        return Peaks(self.size + 1, (*roots, leaf))

    def root(self) -> bytes:
        """The root of the whole tree."""
        return _folded(self.roots) if self.roots else EMPTY_ROOT


def inclusion_spans(index: int, size: int) -> tuple[Span, ...]:
    """The parts whose roots prove that leaf `index` is in a tree of `size` leaves, in the order of the proof."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    spans: list[Span] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((first, middle))
            first = middle
    return tuple(reversed(spans))


def consistency_spans(earlier: int, later: int) -> tuple[Span, ...]:
    """The parts whose roots prove that a tree of `later` leaves begins with the tree of the `earlier` ones."""
    if not 0 <= earlier <= later:
        raise ValueError(f"a tree of {later} cannot begin with {earlier}")
    if earlier in (0, later):
        return ()
    spans: list[Span] = []
    first, end = 0, later
    while earlier != end:
        middle = first + _split(end - first)
        if earlier <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((first, middle))
            first = middle
    if first > 0:  # a part that begins at the first leaf is the earlier tree itself, whose root is known
        spans.append((first, end))
    return tuple(reversed(spans))


def roots_of(spans: Iterable[Span], leaves: Iterable[bytes], begun: Peaks | None = None) -> dict[Span, bytes]:
    """The root of each span that a proof needs, in one pass over the leaves' hashes.

    `begun`: the tree so far; then `leaves` are only the later ones. Memory: the peaks and the answer.
    """
    wanted = tuple(spans)
    parts = {part for span in wanted for part in full_spans(span)}
    peaks = begun or Peaks()
    known = {part: root for part, root in zip(full_spans((0, peaks.size)), peaks.roots, strict=True) if part in parts}
    for leaf in leaves:
        _note_formed(peaks, leaf, parts, known)
        peaks = peaks.adding(leaf)
    return {span: _folded([known[part] for part in full_spans(span)]) for span in wanted}


def inclusion_paths(leaves: Iterable[tuple[bytes, bool]], size: int) -> dict[int, tuple[bytes, ...]]:
    """The proofs of the wanted leaves in a tree of `size`, in one pass over all leaves' hashes, by number.

    A leaf comes with True if it is wanted: nobody knows before which ones are. What lies before it in its proof are
    the peaks of the tree so far. Memory: the peaks and the answer.
    """
    peaks = Peaks()
    paths: dict[int, tuple[Span, ...]] = {}
    parts: set[Span] = set()
    known: dict[Span, bytes] = {}
    for leaf, wanted in leaves:
        if wanted:
            paths[peaks.size] = inclusion_spans(peaks.size, size)
            parts.update(part for span in paths[peaks.size] for part in full_spans(span))
            known.update(zip(full_spans((0, peaks.size)), peaks.roots, strict=True))
        _note_formed(peaks, leaf, parts, known)
        peaks = peaks.adding(leaf)
    return {
        index: tuple(_folded([known[part] for part in full_spans(span)]) for span in spans)
        for index, spans in paths.items()
    }


def full_spans(span: Span) -> tuple[Span, ...]:
    """The full subtrees (of 2^k leaves) that make up a span that begins where such a subtree may begin."""
    first, end = span
    parts = []
    while first < end:
        length = 1 << ((end - first).bit_length() - 1)
        parts.append((first, first + length))
        first += length
    return tuple(parts)


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root to which the proof leads; None where the proof has the wrong length."""
    if not 0 <= index < size:
        return None
    root, place, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            root = node_hash(sibling, root)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        place, last = place >> 1, last >> 1
    return root if last == 0 else None


def is_consistent(earlier: int, earlier_root: bytes, later: int, later_root: bytes, proof: Sequence[bytes]) -> bool:
    """True if the proof shows that the later tree begins with the earlier one (RFC 9162, 2.1.4.2)."""
    if earlier in (0, later):
        known = EMPTY_ROOT if earlier == 0 else later_root
        return earlier <= later and not proof and earlier_root == known
    if not 0 < earlier < later or not proof:
        return False
    path = list(proof) if earlier & (earlier - 1) else [earlier_root, *proof]
    place, last = earlier - 1, later - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == earlier_root and new == later_root


def _note_formed(peaks: Peaks, leaf: bytes, parts: set[Span], known: dict[Span, bytes]) -> None:
    """Keeps the roots of the wanted full subtrees (`parts`) that this leaf completes."""
    first, end, root, place = peaks.size, peaks.size + 1, leaf, len(peaks.roots)
    if (first, end) in parts:
        known[first, end] = root
    while first & (end - first):
        place -= 1
        root = node_hash(peaks.roots[place], root)
        first -= end - first
        if (first, end) in parts:
            known[first, end] = root


def _folded(roots: Sequence[bytes]) -> bytes:
    whole = roots[-1]
    for root in reversed(roots[:-1]):
        whole = node_hash(root, whole)
    return whole


def _split(length: int) -> int:
    """The largest power of two below the length: where the tree of that many leaves is divided."""
    return 1 << ((length - 1).bit_length() - 1)
