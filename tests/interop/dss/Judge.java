/*
 * Judge: EU DSS's verdict on PDF signatures, offline: what is not in the file or named here is not there.
 *
 *	java -cp 'jars/*' Judge.java [--root PEM]... [--crl FILE]... [--at 2036-03-16T09:00:00Z] FILE.pdf...
 *
 * One line per signature: FILE, number, level, indication, sub-indication or "-", the signer's common name. A file
 * without signatures, or one that cannot be read, gives one line "FILE 0 NONE ...".
 */
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import java.io.File;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

public class Judge {
	public static void main(String[] args) {
		CommonTrustedCertificateSource roots = new CommonTrustedCertificateSource();
		List<String> crls = new ArrayList<>(), files = new ArrayList<>();
		Date at = new Date();
		for (int i = 0; i < args.length; i++) {
			switch (args[i]) {
			case "--root":
				roots.addCertificate(DSSUtils.loadCertificate(new File(args[++i])));
				break;
			case "--crl":
				crls.add(args[++i]);
				break;
			case "--at":
				at = Date.from(Instant.parse(args[++i]));
				break;
			default:
				files.add(args[i]);
			}
		}
		for (String file : files) {
			CommonCertificateVerifier verifier = new CommonCertificateVerifier(true);
			verifier.setTrustedCertSources(roots);
			if (!crls.isEmpty()) {
				DSSDocument[] documents = new DSSDocument[crls.size()];
				for (int i = 0; i < documents.length; i++)
					documents[i] = new FileDocument(crls.get(i));
				verifier.setCrlSource(new ExternalResourcesCRLSource(documents));
			}
			try {
				SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(file));
				validator.setCertificateVerifier(verifier);
				validator.setValidationTime(at);
				tell(file, validator.validateDocument().getSimpleReport());
			} catch (RuntimeException e) {
				System.out.println(file + " 0 NONE " + e.getClass().getSimpleName() + " - " + e.getMessage());
			}
		}
	}

	private static void tell(String file, SimpleReport report) {
		int number = 0;
		for (String id : report.getSignatureIdList())
			System.out.println(file + " " + ++number + " " + report.getSignatureFormat(id) + " " + report.getIndication(id) + " "
				+ (report.getSubIndication(id) == null ? "-" : report.getSubIndication(id)) + " " + report.getSignedBy(id));
		if (number == 0)
			System.out.println(file + " 0 NONE NO_SIGNATURE - -");
	}
}
