/*
 * desk: the signers of one run: who may sign, with which passphrase, and who must not be asked again.
 *
 * Before a signer's first letter the service is asked once for the certificate's status; anything but ISSUE stops
 * that signer for the run. So does a wrong passphrase: one call is spent, never a second (BSrE may lock the
 * account). Until a signer has had a first signature, only one request at a time is under way for that signer;
 * afterwards as many as there are workers. When nothing can be sent three times in a row, the service is taken to
 * be down and the rest of the run's letters wait.
 */
#ifndef NASKAH_PIPELINE_DESK_H
#define NASKAH_PIPELINE_DESK_H

#include "config/config.h"
#include "signing/signer.h"

#include <stdbool.h>

/* How to reach the service: from the config, or the sandbox that cmd/ started. */
struct desk_service {
	const char *url, *username, *password_file, *ca_file;
	bool allow_plain_http;
};

struct desk;

int desk_new(const struct config *config, const struct desk_service *service, struct desk **out,
	struct err *e) __attribute__((warn_unused_result));
void desk_free(struct desk *d);
void desk_release(struct desk **d);

/* A connection of its own for one worker. */
int desk_signer(struct desk *d, struct signer *out, struct err *e) __attribute__((warn_unused_result));

/*
 * Loads the passphrase of the signer (index in the config) unless it is there: from its file, its descriptor, the
 * sandbox's state folder, or by asking on the terminal. Call before any work, from one thread.
 */
int desk_unlock(struct desk *d, size_t signer, struct err *e) __attribute__((warn_unused_result));

/* A permission to make one call. */
struct desk_turn {
	bool allowed;
	bool held;     /* the signer's only request under way: nobody else is let in until it ends */
	char why[300]; /* not allowed: why this signer's letters wait */
};

/* May this signer be asked now? Asks for the status first if nobody did. End an allowed turn with one of the two below. */
void desk_take_turn(struct desk *d, size_t signer, struct signer *by, struct desk_turn *turn);
/* Asks for the signature, learns from the outcome, ends the turn. */
int desk_sign(struct desk *d, size_t signer, struct signer *by, struct desk_turn *turn, struct sign_job *job,
	struct sign_result *out, struct err *e) __attribute__((warn_unused_result));
/* Ends the turn without a call. */
void desk_pass(struct desk *d, size_t signer, struct desk_turn *turn);

#endif
