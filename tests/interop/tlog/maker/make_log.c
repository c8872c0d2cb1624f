/*
 * make_log: a log of invented events with some receipts, for other people's tools.
 * Usage: make_log AUDIT-FOLDER KEY-FILE ENTRIES RECEIPT-FOLDER
 */
#include "audit/leaf.h"
#include "audit/log.h"
#include "base/auto.h"
#include "base/outfile.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static struct event event_at(int64_t index)
{
	struct event ev = {
		.kind = index % 3 == 2 ? EVENT_PUBLISHED : EVENT_ATTEMPT, .at = 1773626400 + index};

	snprintf(ev.code, sizeof ev.code, "%021lld", (long long)index);
	memset(ev.content.bytes, (int)(index % 251), SHA256_LEN);
	memset(ev.signed_pdf.bytes, (int)(index % 241), SHA256_LEN);
	memset(ev.salt, (int)(index % 239), sizeof ev.salt);
	return ev;
}

static int add(struct audit_log *l, int64_t index, struct err *e)
{
	AUTO(buf_release) struct buf leaf = BUF_INIT(4096);
	struct event ev = event_at(index);

	leaf_write(&ev, &leaf);
	if (audit_log_add(l, leaf.data, leaf.len, e) != 0)
		return -1;
	/* Batches of an odd size, so that partial tiles come and go. */
	return index % 150 == 149 ? audit_log_commit(l, e) : 0;
}

static int prove(struct audit_log *l, int64_t index, const char *folder, struct err *e)
{
	AUTO(buf_release) struct buf receipt = BUF_INIT(LIMIT_RECEIPT_BYTES);
	struct event ev = event_at(index);
	char path[4096];

	snprintf(path, sizeof path, "%s/%lld.tlog-proof", folder, (long long)index);
	if (audit_log_prove(l, index, &ev, &receipt, e) != 0)
		return -1;
	return outfile_put(path, 0644, receipt.data, receipt.len, e);
}

static int make(char **argv, int64_t count, struct err *e)
{
	const struct audit_config config = {argv[1], "naskah.contoh.example/log", argv[2]};
	AUTO(audit_log_release) struct audit_log *l = NULL;

	if (audit_log_open(&config, &l, e) != 0)
		return -1;
	for (int64_t i = audit_log_size(l); i < count; i++)
		if (add(l, i, e) != 0)
			return -1;
	if (audit_log_commit(l, e) != 0)
		return -1;
	for (int64_t i = 0; i < count; i += 1 + count / 50)
		if (prove(l, i, argv[4], e) != 0)
			return -1;
	return prove(l, count - 1, argv[4], e);
}

int main(int argc, char **argv)
{
	struct err e = ERR_INIT;
	uint64_t count;

	if (argc != 5 || !text_to_uint(argv[3], 10000000, &count) || count == 0)
		return 2;
	if (make(argv, (int64_t)count, &e) == 0)
		return 0;
	fprintf(stderr, "%s\n", e.msg);
	return 1;
}
