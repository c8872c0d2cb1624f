/*
 * desk: the signers of one run: who may sign, how many at once, and who must not be asked again.
 *
 * The secrets are the keeper's (pipeline/keeper.h), which this starts; the signers that it hands out are the keeper's
 * too. Before a signer's first letter the service is asked for the certificate's status; anything but ISSUE stops
 * that signer for the run. So does a wrong passphrase: one call is spent, never a second (BSrE may lock the
 * account). Until a signer has had a first signature that passed our checks, only one request at a time is under way
 * for that signer; afterwards as many as the configuration allows (in_flight_per_signer; in_flight in all).
 *
 * Three calls in a row that bring no usable answer (nothing could be sent, no reply came) and the service is taken to be
 * out of order: nobody signs for 1, 2, 4 ... seconds, then a status call looks whether it is back, then one letter is
 * tried; all for as long as the configuration's patience lasts, after which the rest of the run's letters wait
 * instead of becoming unknown one by one. Files that are not what was asked for end it at once: waiting would not help.
 */
#ifndef NASKAH_PIPELINE_DESK_H
#define NASKAH_PIPELINE_DESK_H

#include "config/config.h"
#include "model/sha256.h"
#include "signing/signer.h"

#include <stdbool.h>

/* How to reach the service: from the config, or the sandbox that cmd/ started. */
struct desk_service {
	const char *url, *username, *password_file, *password_credential, *ca_file, *pin;
	bool allow_plain_http;
	/* For tests: makes signers in this process, and there is no keeper. They find their secrets themselves. */
	int (*make)(void *user, struct signer *out, struct err *e);
	void *user;
	struct signer_clock clock; /* its sleep and randomness; NULL members: this machine's */
};

struct desk;

int desk_new(const struct config *config, const struct desk_service *service, struct desk **out,
	struct err *e) __attribute__((warn_unused_result));
void desk_free(struct desk *d);
void desk_release(struct desk **d);
/* Asked while the desk waits for a service: must it give up? */
void desk_watch(struct desk *d, bool (*stopping)(void *user), void *user);

/* One signer for all signers of the config, for one worker. */
int desk_signer(struct desk *d, struct signer *out, struct err *e) __attribute__((warn_unused_result));

/*
 * Lets the keeper load the secret of the signer (index in the config) unless it has it: from its file, credential or
 * descriptor, the sandbox's state folder, or by asking on the terminal. Call before any work, from one thread.
 */
int desk_unlock(struct desk *d, size_t signer, struct err *e) __attribute__((warn_unused_result));
/*
 * Before the first call of a batch: status of the signer's certificate, and the one-time password for `files` files
 * where that is the way (a seal keeps it while `by` lives). What is wrong closes the signer; `warning` is "" or what the operator should know.
 */
void desk_prepare(
	struct desk *d, size_t signer, struct signer *by, size_t files, int64_t now_at, char warning[300]);
/* Only what is approved is sent. Files: SHA-256, sorted, under an RFC 6962 root; read from the descriptor's start. */
int desk_approve(struct desk *d, const struct sha256 *root, uint64_t count, int leaves, struct err *e)
	__attribute__((warn_unused_result));
int desk_approve_one(struct desk *d, const struct sha256 *file, struct err *e)
	__attribute__((warn_unused_result));

/* A permission to make one call. */
struct desk_turn {
	bool allowed;
	bool calling;  /* counts as a call under way */
	bool held;     /* counts as under way for its signer */
	bool trial;    /* the one call that finds out whether the service is well again */
	char why[300]; /* not allowed: why this signer's letters wait */
};

/* True, with the reason, when this signer will not be asked any more in this run. */
bool desk_is_closed(struct desk *d, size_t signer, char why[300]);
/*
 * May this signer be asked now? Waits while others are asking or the service rests; asks for the status first if
 * nobody did. End an allowed turn with one of the last two.
 */
void desk_take_turn(struct desk *d, size_t signer, struct signer *by, struct desk_turn *turn);
/*
 * Asks for the signature and learns from the outcome. Fills in who signs, how it looks, and reason and place unless the
 * job has its own. The turn goes on, but the next call may begin: what is done with the answer holds nobody up, except
 * behind a signer's first signature.
 */
int desk_sign(struct desk *d, size_t signer, struct signer *by, struct desk_turn *turn, struct sign_job *job,
	struct sign_result *out, struct err *e) __attribute__((warn_unused_result));
/* Ends the turn of an accepted reply: was the file that came back good? `why` not. */
void desk_settle(struct desk *d, size_t signer, struct desk_turn *turn, bool good, const char *why);
/* Ends any other turn. Harmless when it ended already. */
void desk_pass(struct desk *d, size_t signer, struct desk_turn *turn);

/* How the service knows this signer. */
struct sign_identity desk_identity(const struct config *config, const struct config_signer *who);

#endif
