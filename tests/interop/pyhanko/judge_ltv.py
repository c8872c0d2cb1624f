"""judge_ltv.py ROOT.pem NOW YEARS FILE.pdf...: pyHanko's verdict by ETSI EN 319 102-1 5.6.3 (PAdES with long-term data), with
what each file holds and without a network: at NOW, and, if its time-stamps are kept up, YEARS later.

A line is "good NAME SIGNERS" or "bad NAME WHY". Good: every person's signature passes at both moments, every
certificate but roots has its revocation data in the file, and a document time-stamp covers it.
"""
import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import ades_lta_validation, simulate_future_ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager


def policy(root):
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(
                trust_manager=SimpleTrustManager.build([root]),
                revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("require")),
            ),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
        )
    )


async def judge(path, root, now, later):
    hybrid = Path(path).name.startswith("hybrid")  # see judge.py
    with open(path, "rb") as stream:
        signatures = PdfFileReader(stream, strict=not hybrid).embedded_regular_signatures
        if not signatures:
            return "bad", "no signature"
        signers = []
        for signature in signatures:
            timing = ValidationTimingInfo(
                validation_time=now, best_signature_time=now, point_in_time_validation=True
            )
            status = await ades_lta_validation(signature, policy(root), timing_info=timing)
            if status.ades_subindic != AdESPassed.OK:
                return "bad", f"now: {status.ades_subindic} {status.failure_msg}"
            if status.oldest_evidence_record_timestamp is None:
                return "bad", "no document time-stamp counts"
            status = await simulate_future_ades_lta_validation(signature, policy(root), later, now)
            if status.ades_subindic != AdESPassed.OK:
                return "bad", f"later: {status.ades_subindic} {status.failure_msg}"
            signers.append(signature.signer_cert.subject.native["common_name"])
        return "good", ", ".join(signers)


def main(root, now, years, *paths):
    trust = CertTrustAnchor(load_cert_from_pemder(root))
    now = datetime.fromisoformat(now)
    later = now + timedelta(days=365 * int(years))
    all_good = True
    for path in paths:
        try:
            verdict, words = asyncio.run(judge(path, trust, now, later))
        except Exception as error:  # whatever it stumbles over is a verdict
            verdict, words = "bad", f"{type(error).__name__}: {error}"
        all_good = all_good and verdict == "good"
        print(verdict, Path(path).name, words)
    return 0 if all_good else 1


sys.exit(main(*sys.argv[1:]))
