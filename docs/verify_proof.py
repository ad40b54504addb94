#!/usr/bin/env python3
"""Checks the proof of a dossier's events, without Luồng Xanh: Python 3.9 or newer and `pip install cryptography`.

    python3 verify_proof.py PROOF.json PUBLIC-KEY

PROOF.json comes from `luongxanh ledger prove DOSSIER --out PROOF.json`. PUBLIC-KEY is the file `public-key` that was
given to you when the log of checkpoints began: keep your own copy. Exit code 0: exactly these events were in the ledger
when the checkpoint was signed. Exit code 1: a check failed, and the output says which.

Formats: the checkpoint is a signed note (C2SP tlog-checkpoint, Ed25519). The tree is that of RFC 6962. A leaf is the
seal of an event: SHA-256 of the previous seal (nothing, for the first event) and the row.
"""

import base64
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def signed_text(note, public_key):
    """The text of the note. Exits with an error if the key did not sign it."""
    name, number, encoded = public_key.strip().split("+", 2)
    raw = base64.b64decode(encoded)
    require(sha256(name.encode(), b"\n", raw)[:4].hex() == number, "the public key is damaged")
    text, signatures = note.split("\n\n", 1)
    text += "\n"
    for line in signatures.splitlines():
        dash, signer, signature = line.split(" ")
        if dash == "—" and signer == name and base64.b64decode(signature)[:4].hex() == number:
            try:
                Ed25519PublicKey.from_public_bytes(raw[1:]).verify(base64.b64decode(signature)[4:], text.encode())
            except InvalidSignature:
                require(False, "the signature of the checkpoint is wrong")
            require(text.split("\n")[0] == name, "the checkpoint is of another log")
            return text
    return require(False, "the checkpoint is not signed by this key")


def root_of(leaf, index, size, path):
    """The root of the tree, computed from a leaf and its path (RFC 9162, 2.1.3.2)."""
    root, last = leaf, size - 1
    require(0 <= index <= last, "an event has a number outside of the tree")
    for sibling in map(bytes.fromhex, path):
        require(last > 0, "a path is too long")
        if index & 1 or index == last:
            root = sha256(b"\x01", sibling, root)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            root = sha256(b"\x01", root, sibling)
        index, last = index >> 1, last >> 1
    require(last == 0, "a path is too short")
    return root


def plain(text):
    """The text in ASCII, so that no character of a proof can move the cursor or hide other output."""
    return ascii(str(text))[1:-1]


def require(holds, what):
    if not holds:
        sys.exit(f"✗ {what}")


def main(proof_file, key_file):
    with open(proof_file, encoding="utf-8") as stream:
        proof = json.load(stream)
    with open(key_file, encoding="utf-8") as stream:
        text = signed_text(proof["checkpoint"], stream.read())
    origin, size, root, at = text.split("\n")[:4]
    seal = b""
    require(proof["events"], "the proof is of no event")
    for version, event in enumerate(proof["events"], start=1):
        row = json.loads(event["row"])
        where = f"event {version} of {plain(proof['dossier'])}"
        require((row["dossier"], row["version"]) == (proof["dossier"], version), f"{where}: the row is of another")
        seal = sha256(seal, event["row"].encode())
        leads_to = root_of(sha256(b"\x00", seal), event["index"], int(size), event["path"])
        require(leads_to == base64.b64decode(root), f"{where} is not in the tree that was signed")
        columns = (row["at"], row["kind"], *(f"{key}: {value}" for key, value in row["actor"].items()))
        print("✓", version, *map(plain, columns), sep="  ")
    print(f"✓ {plain(proof['dossier'])}: {len(proof['events'])} events in {origin}, {size} events, {at}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        main(sys.argv[1], sys.argv[2])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        sys.exit(f"✗ the proof or the key cannot be read ({type(problem).__name__})")
