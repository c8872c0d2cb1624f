#include "pdf/xmp.h"

#include <string.h>

/* Character data; the texts come from cases. Control characters are not XML at all and were refused long before. */
static void add_escaped(struct buf *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		if (*p == '&')
			buf_adds(out, "&amp;");
		else if (*p == '<')
			buf_adds(out, "&lt;");
		else if (*p == '>')
			buf_adds(out, "&gt;");
		else if ((unsigned char)*p >= 0x20)
			buf_addc(out, *p);
	}
}

/* pdfuaid is not among the schemas that PDF/A knows, so the packet explains it (ISO 19005-2 6.6.2.3). */
static const char ua_schema[] =
	"<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">"
	"<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
	"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
	"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
	"<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType=\"Resource\">"
	"<pdfaProperty:name>part</pdfaProperty:name>"
	"<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
	"<pdfaProperty:category>internal</pdfaProperty:category>"
	"<pdfaProperty:description>part of ISO 14289</pdfaProperty:description>"
	"</rdf:li></rdf:Seq></pdfaSchema:property>"
	"</rdf:li></rdf:Bag></pdfaExtension:schemas>\n";

void xmp_packet(const struct letter_meta *meta, const char *producer, struct buf *out)
{
	buf_adds(out, "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
		      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
		      "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
		      "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
		      " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\""
		      " xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\""
		      " xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\""
		      " xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\""
		      " xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\""
		      " xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n"
		      "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>"
		      "<pdfuaid:part>1</pdfuaid:part>\n"
		      "<dc:format>application/pdf</dc:format>"
		      "<dc:language><rdf:Bag><rdf:li>id-ID</rdf:li></rdf:Bag></dc:language>\n"
		      "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">");
	add_escaped(out, meta->title);
	buf_adds(out, "</rdf:li></rdf:Alt></dc:title>\n");
	if (meta->author && meta->author[0]) {
		buf_adds(out, "<dc:creator><rdf:Seq><rdf:li>");
		add_escaped(out, meta->author);
		buf_adds(out, "</rdf:li></rdf:Seq></dc:creator>\n");
	}
	if (meta->subject && meta->subject[0]) {
		buf_adds(out, "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">");
		add_escaped(out, meta->subject);
		buf_adds(out, "</rdf:li></rdf:Alt></dc:description>\n");
	}
	buf_addf(out, "<pdf:Producer>%s</pdf:Producer><xmp:CreatorTool>%s</xmp:CreatorTool>", producer,
		producer);
	if (date_is_valid(meta->date))
		buf_addf(out, "<xmp:CreateDate>%04d-%02d-%02dT00:00:00+%02d:00</xmp:CreateDate>",
			meta->date.year, meta->date.month, meta->date.day, (int)meta->zone);
	buf_addc(out, '\n');
	buf_adds(out, ua_schema);
	buf_adds(out, "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>");
}
