// letters.mjs CASES OUT TEMPLATE FONTS: a PDF for each case in CASES, in one process with one compiler; tagged PDF/A-2a.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module"; // an import statement does not look in NODE_PATH
import { join } from "node:path";

const require = createRequire(import.meta.url);
const { NodeCompiler } = require("@myriaddreamin/typst-ts-node-compiler");
const [cases, out, template, fonts] = process.argv.slice(2);
const compiler = NodeCompiler.create({ workspace: "/", fontArgs: [{ fontPaths: [fonts] }] });

compiler.mapShadow(join(cases, "letter.typ"), readFileSync(template));
for (const file of readdirSync(cases).filter((f) => f.endsWith(".xml")).sort()) {
	const id = file.slice(0, -4);
	const main = `#import "${cases}/letter.typ": letter\n#letter("${id}")\n`;
	const made = compiler.compile({ mainFileContent: main });
	if (made.hasError()) {
		made.printDiagnostics();
		process.exit(1);
	}
	writeFileSync(join(out, id + ".pdf"), compiler.pdf(made.result, { pdfStandard: "a-2a", creationTimestamp: 1773187200 }));
	compiler.evictCache(10);
}
