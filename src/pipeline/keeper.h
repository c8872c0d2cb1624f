/*
 * keeper: a separate, short-lived process that holds the secrets and makes the calls.
 *
 * Passphrases, one-time passwords, PINs and the service's password are read by the keeper and never leave it: from
 * their file, their descriptor, a systemd credential, the sandbox's state folder, or typed on the terminal. The process
 * that reads cases and foreign PDFs asks it to sign and gets files and outcomes. The keeper is this program once more,
 * as the hidden command `keeper`, with one end of a socket pair as its standard input.
 *
 * It sends a file only if its SHA-256 (of a file that others have signed already: of the beginning that was approved) is
 * among those it was told are approved, under a root that it computes itself. It leaves no core, cannot be traced, gains
 * no privileges, and ends with its parent, when its socket closes, after `keep_files` files were sent, or
 * `keep_minutes` after it got its first secret. What was asked of it when it died is unknown; what comes later is
 * not sent. A keeper whose secrets all come from places that can be read again is followed by a new one.
 */
#ifndef NASKAH_PIPELINE_KEEPER_H
#define NASKAH_PIPELINE_KEEPER_H

#include "config/config.h"
#include "model/sha256.h"
#include "pipeline/desk.h"
#include "signing/signer.h"

#include <stdbool.h>
#include <stdint.h>

/* ---- in the main process ---- */

struct keeper;

/* Both must outlive the keeper. Descriptors that signers' secrets come from are closed here: they are the keeper's. */
int keeper_start(const struct config *config, const struct desk_service *service, struct keeper **out,
	struct err *e) __attribute__((warn_unused_result));
void keeper_free(struct keeper *k);

int keeper_unlock(struct keeper *k, const char *signer, struct err *e) __attribute__((warn_unused_result));
/* Adds to what may be sent. `leaves`: `count` SHA-256 in ascending order, from the beginning of the file. */
int keeper_approve(struct keeper *k, const struct sha256 *root, uint64_t count, int leaves, struct err *e)
	__attribute__((warn_unused_result));
int keeper_approve_one(struct keeper *k, const struct sha256 *file, struct err *e)
	__attribute__((warn_unused_result));
/* A signer in front of all of the config's, named by sign_identity.name; for one thread. Must not outlive the keeper. */
int keeper_signer(struct keeper *k, struct signer *out, struct err *e) __attribute__((warn_unused_result));
/* The keeper has ended, and none follows: why. False leaves `why` alone. */
bool keeper_is_over(struct keeper *k, char why[300]);

/* ---- the process itself ---- */

/* Before anything else: no core, no tracing, no new privileges, an end with the parent. */
void keeper_harden(void);
/* Serves until the end, as above; `socket` is the control socket (keeper_wire.h). Does not return. */
_Noreturn void keeper_serve(int socket);

#endif
