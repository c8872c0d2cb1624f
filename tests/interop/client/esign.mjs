// esign.mjs: a client of the BSrE Esign Client Service that shares nothing with naskah: written from the description of
// the API alone, with nothing but Node's own fetch. It goes through v1, v2, the OTP and the seal, and tells each step.
//
//	node esign.mjs URL CREDENTIALS PDF OUT
//
// CREDENTIALS is a JSON file: {username, passwordFile, nik, passphraseFile, otpFile, subscriber, activationFile}. Codes that
// the service "sends to the person" are read from otpFile and activationFile. Each line on standard output is "ok STEP" or
// "not ok STEP: why"; signed files go to OUT/STEP.pdf. Exit 0 if all went well.
import { readFile, writeFile } from "node:fs/promises";

const [url, credentialsFile, pdfFile, out] = process.argv.slice(2);
const who = JSON.parse(await readFile(credentialsFile, "utf8"));
const line = async (path) => (await readFile(path, "utf8")).split("\n")[0];
const basic = "Basic " + Buffer.from(`${who.username}:${await line(who.passwordFile)}`).toString("base64");
const pdf = await readFile(pdfFile);
let failed = 0;

const call = (path, options = {}) =>
	fetch(url + path, { ...options, headers: { Authorization: basic, Accept: "*/*", ...options.headers } });
const post = (path, body) =>
	call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

async function step(name, work) {
	try {
		const file = await work();
		if (file) await writeFile(`${out}/${name}.pdf`, file);
		console.log(`ok ${name}`);
	} catch (e) {
		failed++;
		console.log(`not ok ${name}: ${e.message}`);
	}
}

function must(condition, words) {
	if (!condition) throw new Error(words);
}

async function json(response, status = 200) {
	const text = await response.text();
	must(response.status === status, `HTTP ${response.status}: ${text.slice(0, 200)}`);
	return JSON.parse(text);
}

function asPdf(bytes) {
	must(bytes.subarray(0, 5).toString("latin1") === "%PDF-", "no PDF came back");
	must(bytes.length > pdf.length && bytes.subarray(0, pdf.length).equals(pdf), "the file was not kept");
	return bytes;
}

// The rule of careful clients: 200, an array as long as the request's, each a PDF.
async function signedV2(response, count = 1) {
	const answer = await json(response);
	must(!answer.error, `in-band error ${answer.error}`);
	must(Array.isArray(answer.file) && answer.file.length === count, "wrong number of files");
	must(Number.isInteger(answer.time), "no time");
	return answer.file.map((text) => asPdf(Buffer.from(text, "base64")));
}

function form(parts) {
	const body = new FormData();
	body.set("file", new Blob([pdf], { type: "application/pdf" }), "surat.pdf");
	for (const [name, value] of Object.entries(parts)) body.set(name, value);
	return body;
}

const passphrase = await line(who.passphraseFile);
const base64 = pdf.toString("base64");
const hidden = { imageBase64: "null", tampilan: "INVISIBLE", page: 0, originX: 0.0, originY: 0.0, width: 0.0, height: 0.0, location: "null", reason: "Persetujuan dokumen", contactInfo: "null" };
// One grey dot as PNG.
const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

await step("v2-status", async () => {
	const answer = await json(await post("/api/v2/user/check/status", { nik: who.nik }));
	must(answer.status === "ISSUE", `status ${answer.status}`);
	must(Object.keys(answer).sort().join() === "message,status,status_code", "other keys than three");
});
await step("v2-status-unknown", async () => {
	const answer = await json(await post("/api/v2/user/check/status", { nik: "" }));
	must(answer.status === "NOT_REGISTERED" && Number(answer.status_code) === 2011, JSON.stringify(answer));
});
await step("v2-sign", async () =>
	(await signedV2(await post("/api/v2/sign/pdf", { nik: who.nik, passphrase, signatureProperties: [hidden], file: [base64] })))[0]);
await step("v2-sign-two-files", async () =>
	(await signedV2(await post("/api/v2/sign/pdf", { nik: who.nik, passphrase, signatureProperties: [hidden], file: [base64, base64] }), 2))[1]);
await step("v2-sign-visible", async () =>
	(await signedV2(await post("/api/v2/sign/pdf", { nik: who.nik, passphrase, signatureProperties: [{ ...hidden, tampilan: "VISIBLE", imageBase64: dot, page: 1, originX: 340, originY: 680, width: 60, height: 60 }], file: [base64] })))[0]);
await step("v2-wrong-passphrase", async () => {
	const answer = await json(await post("/api/v2/sign/pdf", { nik: who.nik, passphrase: "bukan itu", signatureProperties: [hidden], file: [base64] }), 400);
	must(answer.error === "Passphrase anda salah" && Number(answer.status_code) === 2031, JSON.stringify(answer));
});
await step("v2-sign-otp", async () => {
	const asked = await json(await post("/api/v2/sign/get/totp", { nik: who.nik, data: 1 }));
	must(asked.success === true && !("totp" in asked), JSON.stringify(asked));
	const totp = await line(who.otpFile);
	return (await signedV2(await post("/api/v2/sign/pdf", { nik: who.nik, totp, signatureProperties: [hidden], file: [base64] })))[0];
});
await step("v2-otp-is-spent", async () => {
	const totp = await line(who.otpFile);
	const response = await post("/api/v2/sign/pdf", { nik: who.nik, totp, signatureProperties: [hidden], file: [base64] });
	must(response.status === 400, `HTTP ${response.status}`);
});
await step("v2-verify", async () => {
	const signed = (await readFile(`${out}/v2-sign.pdf`)).toString("base64");
	const answer = await json(await post("/api/v2/verify/pdf", { file: signed }));
	must(answer.conclusion === "VALID" && answer.signatureCount === 1, JSON.stringify(answer).slice(0, 200));
	const [s] = answer.signatureInformations;
	must(s.integrityValid && s.certificateTrusted && s.certificateDetails.length > 0, "signature not good");
	must("timestampInfomation" in s && "signatureAlgoritm" in s.certificateDetails[0], "the vendor's spelling is missing");
});
await step("v2-verify-unsigned", async () => {
	const answer = await json(await post("/api/v2/verify/pdf", { file: base64 }));
	must(answer.conclusion === "NO_SIGNATURE" && answer.signatureCount === 0, JSON.stringify(answer));
});
await step("v2-chain", async () => {
	const answer = await json(await call(`/api/v2/user/certificate/chain/${who.nik}`));
	must(answer.success === true && answer.data.length === 3, JSON.stringify(answer).slice(0, 100));
});
await step("v2-seal", async () => {
	must((await json(await post("/api/v2/seal/get/activation", { idSubscriber: who.subscriber }))).success === true, "no activation");
	const activation = await line(who.activationFile);
	const otp = await json(await post("/api/v2/seal/get/totp", { idSubscriber: who.subscriber, totp: activation, data: 1 }));
	must(otp.result === true && /^\d{6}$/.test(otp.totp), JSON.stringify(otp));
	return (await signedV2(await post("/api/v2/seal/pdf", { idSubscriber: who.subscriber, totp: otp.totp, signatureProperties: [hidden], file: [base64] })))[0];
});
await step("v2-seal-wrong-activation", async () => {
	const answer = await json(await post("/api/v2/seal/get/totp", { idSubscriber: who.subscriber, totp: "000000", data: 1 }));
	must(answer.result === false && answer.message, JSON.stringify(answer));
});
await step("v1-status", async () => {
	const answer = await json(await call(`/api/user/status/${who.nik}`));
	must(Number(answer.status_code) === 1111 && answer.status === "ISSUE", JSON.stringify(answer));
});
await step("v1-sign", async () => {
	const response = await call("/api/sign/pdf", { method: "POST", body: form({ nik: who.nik, passphrase, tampilan: "invisible" }) });
	must(response.status === 200, `HTTP ${response.status}: ${(await response.clone().text()).slice(0, 200)}`);
	must(/pdf|octet-stream/.test(response.headers.get("content-type")), "content type");
	must(response.headers.get("id_dokumen"), "no id_dokumen");
	const bytes = asPdf(Buffer.from(await response.arrayBuffer()));
	const again = await call(`/api/sign/download/${response.headers.get("id_dokumen")}`);
	must(again.status === 200 && Buffer.from(await again.arrayBuffer()).equals(bytes), "the download is another file");
	const third = await call(`/api/sign/download/${response.headers.get("id_dokumen")}`);
	must(third.status === 404, `a second download: HTTP ${third.status}`);
	return bytes;
});
await step("v1-sign-base64", async () => {
	const answer = await json(await call("/api/sign/pdf", { method: "POST", body: form({ nik: who.nik, passphrase, tampilan: "INVISIBLE", jenis_response: "BASE64" }) }));
	return asPdf(Buffer.from(answer.base64_signed_file, "base64"));
});
await step("v1-sign-visible", async () => {
	const body = form({ nik: who.nik, passphrase, tampilan: "visible", image: "true", page: "1", xAxis: "40", yAxis: "40", width: "100", height: "100" });
	body.set("imageTTD", new Blob([Buffer.from(dot, "base64")], { type: "image/png" }), "ttd.png");
	const response = await call("/api/sign/pdf", { method: "POST", body });
	must(response.status === 200, `HTTP ${response.status}: ${(await response.clone().text()).slice(0, 200)}`);
	return asPdf(Buffer.from(await response.arrayBuffer()));
});
await step("v1-wrong-passphrase", async () => {
	const response = await call("/api/sign/pdf", { method: "POST", body: form({ nik: who.nik, passphrase: "bukan itu", tampilan: "invisible" }) });
	const answer = await json(response, 400);
	must(/passphrase/i.test(answer.error), JSON.stringify(answer));
});
await step("v1-verify", async () => {
	const body = new FormData();
	body.set("signed_file", new Blob([await readFile(`${out}/v1-sign.pdf`)], { type: "application/pdf" }), "surat-001.pdf");
	const answer = await json(await call("/api/sign/verify", { method: "POST", body }));
	must(answer.nama_dokumen === "surat-001.pdf" && answer.jumlah_signature === 1, JSON.stringify(answer).slice(0, 200));
	must(answer.details[0].signature_document.document_integrity === true, "integrity");
});
await step("wrong-password", async () => {
	const response = await fetch(`${url}/api/user/status/${who.nik}`, { headers: { Authorization: "Basic " + Buffer.from("a:b").toString("base64") } });
	must(response.status === 401 && (await response.json()).path, `HTTP ${response.status}`);
});
process.exit(failed ? 1 : 0);
