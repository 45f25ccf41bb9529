"""Reads a dossier with the reference implementation of RFC 9901 (PyPI sd-jwt), which knows nothing of ours.

    python3 sd_jwt_dossier.py DOSSIER.zip

Of every entry the digests of the leaf are put into a token of our own making (their `_sd`; whoever signs it does not matter here), the
disclosures are handed over with it, and what the library makes of them is printed as JSON: {"INDEX": {"NAME": VALUE}}. On the way: all
disclosures at once, each by itself, none, all among digests that nobody disclosed, and one that was changed, which must show nothing.
Exit status 1 when any of that is not as it must be.
"""

import base64
import hashlib
import json
import os
import sys
import zipfile

from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from sd_jwt.verifier import SDJWTVerifier

KEY = JWK.generate(kty="EC", crv="P-256")


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read(digests, disclosures):
    """What the library shows of these disclosures against these digests."""
    token = JWS(json.dumps({"_sd": digests, "_sd_alg": "sha-256"}))
    token.add_signature(KEY, alg="ES256", protected=json.dumps({"alg": "ES256"}))
    presentation = "~".join([token.serialize(compact=True), *disclosures, ""])
    return SDJWTVerifier(presentation, lambda issuer, header: KEY).get_verified_payload()


def shown(disclosure):
    _, name, value = json.loads(base64.urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4)))
    return {name: value}


def must(holds, what):
    if not holds:
        print(f"does not hold: {what}", file=sys.stderr)
        sys.exit(1)


def check(index, entry):
    leaf = entry["leaf"].split("\n")
    must(leaf[0] == "witnessmark.entry/v1" and leaf[-1] == "", f"entry {index}: the leaf's form")
    digests, disclosures = leaf[2:-1], entry["disclosures"]
    for disclosure in disclosures:
        digest = b64(hashlib.sha256(disclosure.encode("ascii")).digest())
        must(digest in digests, f"entry {index}: the leaf holds the digest of every disclosure")
        must(read(digests, [disclosure]) == shown(disclosure), f"entry {index}: one disclosure by itself")
    every = read(digests, disclosures)
    must(len(every) == len(disclosures), f"entry {index}: all disclosures at once")
    must(read(digests, []) == {}, f"entry {index}: nothing is shown without disclosures")
    decoys = sorted(digests + [b64(os.urandom(32)) for _ in range(7)])
    must(read(decoys, disclosures) == every, f"entry {index}: among digests that nobody disclosed")
    for disclosure in disclosures:
        salt, name, _ = json.loads(base64.urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4)))
        forged = b64(json.dumps([salt, name, "forged"]).encode())
        try:
            must(read(digests, [forged]) == {}, f"entry {index}: a changed disclosure shows nothing")
        except ValueError:
            pass
    return every, len(digests) - len(disclosures)


def main():
    said, withheld = {}, 0
    with zipfile.ZipFile(sys.argv[1]) as dossier:
        for name in sorted(dossier.namelist()):
            if name.startswith("entries/") or name == "issued.json":
                entry = json.loads(dossier.read(name))
                said[str(entry["index"])], hidden = check(entry["index"], entry)
                withheld += hidden
    must(len(said) > 0, "there are entries")
    json.dump({"entries": said, "withheld": withheld}, sys.stdout)


main()
