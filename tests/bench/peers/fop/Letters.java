import java.io.*;
import java.nio.file.*;
import java.util.*;
import javax.xml.transform.*;
import javax.xml.transform.sax.SAXResult;
import javax.xml.transform.stream.StreamSource;
import org.apache.fop.apps.*;

/** Letters CONFIG TEMPLATE CASES OUT: a PDF for each case in CASES, in one JVM with one compiled template. */
public final class Letters {
	public static void main(String[] args) throws Exception {
		FopFactory factory = FopFactory.newInstance(new File(args[0]));
		Templates template = TransformerFactory.newInstance().newTemplates(new StreamSource(new File(args[1])));
		File[] cases = new File(args[2]).listFiles((dir, name) -> name.endsWith(".xml"));
		Arrays.sort(cases);
		for (File file : cases) {
			String id = file.getName().replace(".xml", "");
			FOUserAgent agent = factory.newFOUserAgent();
			agent.setCreationDate(new Date(1773187200000L));
			try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(Path.of(args[3], id + ".pdf")))) {
				Fop fop = factory.newFop(MimeConstants.MIME_PDF, agent, out);
				Transformer transformer = template.newTransformer();
				transformer.setParameter("id", id);
				transformer.setParameter("qr", file.toURI().resolve(id + ".svg").toString());
				transformer.transform(new StreamSource(file), new SAXResult(fop.getDefaultHandler()));
			}
		}
	}
}
