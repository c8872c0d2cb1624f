"""judge.py ROOT.pem FILE.pdf...: pyHanko's verdict on every signature of each file, one line per file.

A line is "good NAME SIGNERS" or "bad NAME WHY". Good: every signature is intact, made by a certificate that chains
to ROOT, with all that a PAdES baseline signature needs; the last one covers the whole file; and what was
added after an earlier one is no more than another signature.
"""
import sys
from pathlib import Path

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext


def faults(signature, status, last):
    if not status.intact:
        yield "not intact"
    if not status.valid:
        yield "not valid"
    if not status.trusted:
        yield "not trusted"
    if not status.bottom_line:
        yield "bottom line is no"
    want = SignatureCoverageLevel.ENTIRE_FILE if last else SignatureCoverageLevel.ENTIRE_REVISION
    if status.coverage != want:
        yield f"covers {status.coverage.name}"
    most = ModificationLevel.NONE if last else ModificationLevel.FORM_FILLING
    if status.modification_level > most:
        yield f"changed afterwards: {status.modification_level.name}"
    if signature.sig_object["/SubFilter"] != "/ETSI.CAdES.detached":
        yield "not PAdES"
    signed = {attribute["type"].native for attribute in signature.signer_info["signed_attrs"]}
    if "signing_certificate_v2" not in signed:
        yield "no signing-certificate-v2"
    if "signing_time" in signed:
        yield "signing-time, which EN 319 142-1 forbids"


def judge(path, context):
    # Strict reading refuses any update of an object that a hybrid file hides from old readers, though
    # ISO 32000-2 7.5.8.4 has it: such files are read as everyone else reads them.
    hybrid = Path(path).name.startswith("hybrid")
    with open(path, "rb") as stream:
        signatures = PdfFileReader(stream, strict=not hybrid).embedded_signatures
        if not signatures:
            return "bad", "no signature"
        signers = []
        for signature in signatures:
            status = validate_pdf_signature(signature, context)
            why = list(faults(signature, status, signature is signatures[-1]))
            if why:
                return "bad", "; ".join(why)
            signers.append(signature.signer_cert.subject.native["common_name"])
        return "good", ", ".join(signers)


def main(root, *paths):
    trust = [load_cert_from_pemder(root)]
    all_good = True
    for path in paths:
        context = ValidationContext(trust_roots=trust, allow_fetching=False, revocation_mode="soft-fail")
        try:
            verdict, words = judge(path, context)
        except Exception as error:  # whatever it stumbles over is a verdict
            verdict, words = "bad", f"{type(error).__name__}: {error}"
        all_good = all_good and verdict == "good"
        print(verdict, Path(path).name, words)
    return 0 if all_good else 1


sys.exit(main(*sys.argv[1:]))
