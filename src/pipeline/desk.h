/*
 * desk: the signers of one run: who may sign, with which passphrase, and who must not be asked again.
 *
 * Before a signer's first letter the service is asked once for the certificate's status; anything but ISSUE stops
 * that signer for the run. So does a wrong passphrase: one call is spent, never a second (BSrE may lock the
 * account). Until a signer has had a first signature that passed our checks, only one request at a time is under way
 * for that signer; afterwards as many as there are workers. Three calls in a row that bring no usable answer
 * (nothing could be sent, no reply came, the file that came back is not what was asked for) and the service is taken to
 * be out of order: the rest of the run's letters wait instead of becoming unknown one by one.
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
	/* Another way to sign than BSrE's v2 over `url`: makes one signer for one worker. NULL = v2. */
	int (*make)(void *user, struct signer *out, struct err *e);
	void *user;
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

/* True, with the reason, when this signer will not be asked any more in this run. */
bool desk_is_closed(struct desk *d, size_t signer, char why[300]);
/* May this signer be asked now? Asks for the status first if nobody did. End an allowed turn with one of the last two. */
void desk_take_turn(struct desk *d, size_t signer, struct signer *by, struct desk_turn *turn);
/* Asks for the signature and learns from the outcome. The turn goes on. */
int desk_sign(struct desk *d, size_t signer, struct signer *by, struct sign_job *job, struct sign_result *out,
	struct err *e) __attribute__((warn_unused_result));
/* Ends the turn of an accepted reply: was the file that came back good? `why` not. */
void desk_settle(struct desk *d, size_t signer, struct desk_turn *turn, bool good, const char *why);
/* Ends any other turn. Harmless when it ended already. */
void desk_pass(struct desk *d, size_t signer, struct desk_turn *turn);

#endif
