/*
 * casefile: a case as plain data: who applies for what, and what has happened so far.
 *
 * Made by casefile/ from a file that is valid by schemas/case.xsd; every text is trimmed UTF-8 in `arena`. Each
 * thing that a rule may complain about carries the line it stands on. A case grows as time passes: absent parts
 * are NULL or zero. Source of the fields: reference sop.md and naskah-dinas.md 2 and 5.
 */
#ifndef NASKAH_MODEL_CASEFILE_H
#define NASKAH_MODEL_CASEFILE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/limits.h"
#include "model/sha256.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum case_kind { CASE_NONE = 0, CASE_PENGAJUAN_SISTEM, CASE_PENERBITAN_SERTIFIKAT };

/* A value with the place it stands on, for the rules that may complain about it. */
struct text_at {
	unsigned line;
	const char *element; /* "email", "url", ... */
	const char *text;
};

struct person {
	unsigned line;
	/* of the fields that rules look at; 0 when the field is absent */
	struct {
		unsigned name, plain_name, nip, nrp, nik, rank, grade, corps, email, phone, behalf;
	} lines;
	const char *element;       /* "penanda-tangan", "pihak", "penanggung-jawab", "pemegang" */
	bool signs;                /* a penanda-tangan or a pihak */
	const char *role;          /* peran: "Penguji", "Pemohon", "Verifikator"; NULL = none */
	const char *name;          /* as printed, with titles */
	const char *plain_name;    /* without titles; equals name when the file gives none */
	const char *nip, *nrp;     /* at most one; NULL = none */
	const char *nik;           /* NULL = none; required for signers */
	const char *rank;          /* pangkat; NULL = none */
	const char *grade;         /* golongan, normalised "III/d"; NULL = none */
	const char *corps;         /* korps; NULL = none */
	const char *title;         /* jabatan */
	const char *unit, *agency; /* unit kerja, instansi; NULL = none */
	const char *email, *phone;
	const char *for_form;  /* atas-nama: "a.n.", "u.b.", "Plt.", "Plh."; NULL = signs as what they are */
	const char *for_title; /* the office signed for; NULL = none */
};

/* What every letter carries (element <naskah>), wherever it stands in the case. */
struct naskah {
	const char *element; /* name of the parent: "permohonan", "disposisi", "rekomendasi-sistem", ... */
	unsigned ordinal;    /* tingkat or putaran; 0 = the only one of its kind */
	unsigned line;
	const char *profile; /* "kemhan" */
	const char *number;  /* complete number as written; NULL when serial is given */
	const char *unit;    /* <nomor satker="...">; NULL = the profile's own */
	unsigned serial;     /* <nomor urut="14"/>: the profile's pattern makes the number; 0 = not given */
	const char *class_code; /* klasifikasi: "B", "T", "R", "SR" */
	const char *urgency;    /* derajat: "biasa", "segera", "sangat_segera", "kilat" */
	const char *subject;    /* perihal */
	const char *place;
	struct date date;
	int64_t at; /* moment, for the order along the chain (date at 00:00 WIB when there is no time) */
	bool has_time;
	unsigned copy, copies; /* salinan: copy of copies; 0 = none */
	const char *to;        /* jabatan of the addressee; NULL = none */
	struct {
		unsigned number, class_code, date, copy;
	} lines;                     /* 0 = absent */
	const struct person *signer; /* signers[0] */
	/* In the order of signing: naskah/penanda-tangan, then each pihak; 1 to LIMIT_SIGNERS, different people. */
	const struct person *const *signers;
	size_t signer_count;
};

/* One signed step with its recipient, for the chain rules. */
struct disposition {
	unsigned line, level;  /* 1 to 3 */
	const char *from, *to; /* jabatan */
	int64_t at;
	const char *agenda; /* nomor agenda */
	struct date received;
	struct date due; /* batas waktu; year 0 = none */
	struct {
		unsigned to, received, due;
	} lines; /* 0 = absent */
	const struct naskah *naskah;
};

enum test_result {
	TEST_NONE = 0,
	TEST_MET,
	TEST_NOT_MET,
	TEST_NOT_TESTED
}; /* Sesuai, Tidak sesuai, Tidak diuji */

struct criterion {
	unsigned line;
	const char *code, *text;
	enum test_result result;
	const char *finding, *repair; /* temuan, perbaikan; NULL = none */
	struct date due;              /* tenggat; year 0 = none */
	unsigned due_line;            /* 0 = absent */
};

struct test_round {
	unsigned line, number;    /* putaran, 1.. */
	int64_t scheduled_at;     /* 0 = not scheduled yet */
	int64_t until_at;         /* 0 = until it is finished */
	const char *media;        /* "Daring", "Luring", "Hibrida"; NULL = not scheduled yet */
	const char *place, *link; /* tempat, tautan; NULL = none */
	struct date held;         /* year 0 = not held yet */
	struct date repair_due;   /* batas perbaikan; year 0 = none */
	const struct naskah *invitation, *report; /* NULL = none yet */
	struct {
		unsigned scheduled, until, media, place, link, conclusion, repair_due;
	} lines; /* 0 = absent */
	const struct criterion *criteria;
	size_t criterion_count;
	bool conforms; /* conclusion as written */
};

/* Where a system can be reached: as applied for, and as reported ready. */
struct endpoint {
	unsigned line;
	struct text_at url;
	const struct text_at *ips;
	size_t ip_count;
};

/* A step in the life of a certificate. */
struct status_step {
	unsigned line;
	const char *step; /* langkah */
	struct date date;
};

/* perubahan: one piece of what is registered about the holder of a certificate. */
struct data_change {
	unsigned line;
	const char *field;    /* element of pemegang: "email" */
	const char *was, *is; /* lama, baru; was NULL = there was nothing */
	const char *held;     /* what pemegang says; NULL = nothing */
	struct {
		unsigned was, is, held;
	} lines; /* 0 = absent */
};

/* perubahan-data: what was registered is now otherwise. */
struct change_request {
	const struct naskah *naskah; /* NULL = none in this case */
	const struct data_change *changes;
	size_t change_count;
	const struct person *after; /* the holder with all changes made, among the people of the case */
};

/* perpanjangan, pencabutan: what shall become of one certificate. */
struct certificate_request {
	const struct naskah *naskah; /* NULL = none in this case */
	struct text_at serial;       /* nomor-seri: digits only, hexadecimal ones in capitals */
	struct text_at reason;       /* alasan; text NULL = none */
	struct date date;            /* berlaku-sampai of the old one, berlaku-mulai of the revocation */
	unsigned date_line;
	const char *remark; /* keterangan; NULL = none */
};

struct casefile {
	struct arena arena;
	const char *path; /* as the operator named it */
	const char *id;
	enum case_kind kind;
	unsigned line;        /* of the root element */
	struct sha256 source; /* of the file's bytes */
	const char *office;   /* the one that applies (pemohon, kantor): "satker, instansi" */
	/* every letter the case holds so far, in document order */
	const struct naskah *naskah;
	size_t naskah_count;
	/* everybody whose identity the case holds, signers included, in document order */
	const struct person *const *people;
	size_t person_count;
	/* e-mail addresses, telephone numbers and links of offices and meetings */
	const struct text_at *contacts;
	size_t contact_count;
	/* pengajuan-sistem */
	const char *system_name, *system_url;
	const char *const *system_ips;
	size_t system_ip_count;
	bool system_in_production; /* lingkungan is Produksi */
	struct endpoint applied;   /* what system_url and system_ips say, with lines */
	struct endpoint ready;     /* sistem-siap; line 0 = not ready yet */
	struct date ready_on;
	const struct disposition *dispositions;
	size_t disposition_count;
	const struct test_round *rounds;
	size_t round_count;
	/* penerbitan-sertifikat */
	const struct naskah *registration, *recommendation; /* the two of an application; NULL = none */
	struct text_at id_photo;             /* foto-ktp: "ya", "tidak"; text NULL = no registration */
	const struct person *subject_person; /* as registered */
	const struct status_step *steps;
	size_t step_count;
	const char *certificate_status; /* last step: "Enroll", "Issue", ...; NULL = none */
	struct change_request data_changes;
	struct certificate_request renewal, revocation;
};

#define CASEFILE_INIT                                                                                        \
	{                                                                                                    \
		.arena = ARENA_INIT(LIMIT_CASE_ARENA)                                                        \
	}

/* Text form for golden tests and `naskah check --dump`; a NIK is masked to its last four digits. */
void casefile_dump(const struct casefile *c, struct buf *out);
void casefile_release(struct casefile *c);

#endif
