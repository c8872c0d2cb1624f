#include "pipeline/desk.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define SILENT_IN_A_ROW 3

struct seat {
	struct secret *passphrase;
	pthread_mutex_t turn; /* held by the one request under way until `proven` */
	bool asked;           /* for the certificate's status */
	bool proven;          /* a good signature came back in this run */
	char stopped[300];    /* why not; "" = may sign */
};

struct desk {
	const struct config *config;
	struct desk_service service;
	struct secret *password;
	struct seat *seats;   /* one per signer of the config */
	pthread_mutex_t lock; /* over the fields of all seats and the next two */
	unsigned silent;      /* calls in a row without a usable answer */
	char down[300];       /* why the service is taken to be out of order; "" = it isn't */
};

int desk_new(
	const struct config *config, const struct desk_service *service, struct desk **out, struct err *e)
{
	AUTO(desk_release) struct desk *d = calloc(1, sizeof *d);

	if (!d)
		return err_nomem(e);
	d->config = config;
	d->service = *service;
	pthread_mutex_init(&d->lock, NULL);
	d->seats = calloc(config->signer_count ? config->signer_count : 1, sizeof *d->seats);
	if (!d->seats)
		return err_nomem(e);
	for (size_t i = 0; i < config->signer_count; i++)
		pthread_mutex_init(&d->seats[i].turn, NULL);
	if (service->password_file && secret_load(service->password_file, &d->password, e) != 0)
		return -1;
	*out = steal(&d);
	return 0;
}

void desk_free(struct desk *d)
{
	if (!d)
		return;
	for (size_t i = 0; d->seats && i < d->config->signer_count; i++) {
		secret_free(d->seats[i].passphrase);
		pthread_mutex_destroy(&d->seats[i].turn);
	}
	free(d->seats);
	secret_free(d->password);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

void desk_release(struct desk **d)
{
	desk_free(*d);
	*d = NULL;
}

int desk_signer(struct desk *d, struct signer *out, struct err *e)
{
	struct net_config net = {
		.base_url = d->service.url,
		.username = d->service.username,
		.password = d->password,
		.ca_file = d->service.ca_file,
		.allow_plain_http = d->service.allow_plain_http,
		.connect_timeout_ms = d->config->connect_timeout_ms,
	};

	if (d->service.make)
		return d->service.make(d->service.user, out, e);
	return signer_bsre_v2_new(&net, d->config->timeout_ms, out, e);
}

static int load_passphrase(
	struct desk *d, const struct config_signer *who, struct secret **out, struct err *e)
{
	AUTO(free_ptr) char *path = NULL;
	char prompt[160];

	if (who->passphrase_file)
		return secret_load(who->passphrase_file, out, e);
	if (who->passphrase_fd >= 0)
		return secret_read_fd(who->passphrase_fd, who->name, out, e);
	if (!d->config->sign_url) {
		if (asprintf(&path, "%s/passphrase/%s", d->config->sandbox_state, who->name) < 0)
			return err_nomem(e);
		return secret_load(path, out, e);
	}
	snprintf(prompt, sizeof prompt, _("Passphrase of %s: "), who->name);
	return secret_prompt(prompt, out, e);
}

int desk_unlock(struct desk *d, size_t signer, struct err *e)
{
	const struct config_signer *who = &d->config->signers[signer];
	AUTO(secret_release) struct secret *passphrase = NULL;

	if (d->seats[signer].passphrase)
		return 0;
	if (load_passphrase(d, who, &passphrase, e) != 0)
		return -1;
	/* The request is JSON: noticed here, before any work, not with the first letter. */
	if (!utf8_is_valid((const char *)secret_bytes(passphrase), secret_len(passphrase)))
		return err_set(e, ERR_CONFIG, _("the passphrase of '%s' is not UTF-8 text"), who->name);
	d->seats[signer].passphrase = steal(&passphrase);
	return 0;
}

/* Why this signer must not be asked; "" = may be. Call with the lock held. */
static void copy_stop(const struct desk *d, const struct seat *seat, char why[300])
{
	snprintf(why, 300, "%s", seat->stopped[0] ? seat->stopped : d->down);
}

static struct sign_identity identity(const struct desk *d, size_t signer)
{
	const struct config_signer *who = &d->config->signers[signer];

	return (struct sign_identity){.nik = who->nik, .email = who->nik ? NULL : who->email};
}

static void stop(struct desk *d, size_t signer, const char *why)
{
	pthread_mutex_lock(&d->lock);
	text_copy(d->seats[signer].stopped, sizeof d->seats[signer].stopped, why);
	pthread_mutex_unlock(&d->lock);
}

/* Asks for the certificate's status, once per run and signer. The turn is held. */
static void ask_status(struct desk *d, size_t signer, struct signer *by)
{
	struct sign_identity who = identity(d, signer);
	struct sign_status status = {.may_sign = false};
	struct err e = ERR_INIT;
	char why[1024];

	if (by->status(by->self, &who, &status, &e) != 0)
		snprintf(why, sizeof why, _("the certificate's status is not known: %s"), e.msg);
	else if (!status.may_sign)
		snprintf(why, sizeof why, _("the certificate's status is %s (%s): %s"), status.status,
			status.code, status.text);
	else
		return;
	stop(d, signer, why);
}

bool desk_is_closed(struct desk *d, size_t signer, char why[300])
{
	pthread_mutex_lock(&d->lock);
	copy_stop(d, &d->seats[signer], why);
	pthread_mutex_unlock(&d->lock);
	return why[0] != '\0';
}

void desk_take_turn(struct desk *d, size_t signer, struct signer *by, struct desk_turn *turn)
{
	struct seat *seat = &d->seats[signer];

	*turn = (struct desk_turn){.allowed = false};
	pthread_mutex_lock(&d->lock);
	bool proven = seat->proven;
	copy_stop(d, seat, turn->why);
	pthread_mutex_unlock(&d->lock);
	if (*turn->why)
		return;
	turn->allowed = true;
	if (proven)
		return;

	pthread_mutex_lock(&seat->turn);
	turn->held = true;
	pthread_mutex_lock(&d->lock);
	proven = seat->proven;
	copy_stop(d, seat, turn->why);
	pthread_mutex_unlock(&d->lock);
	if (!proven && !*turn->why && !seat->asked) {
		seat->asked = true;
		ask_status(d, signer, by);
		pthread_mutex_lock(&d->lock);
		copy_stop(d, seat, turn->why);
		pthread_mutex_unlock(&d->lock);
	}
	turn->allowed = !*turn->why;
	/* Somebody proved the signer while we waited, or nobody may ask: no turn to keep. */
	if (proven || !turn->allowed) {
		turn->held = false;
		pthread_mutex_unlock(&seat->turn);
	}
}

void desk_pass(struct desk *d, size_t signer, struct desk_turn *turn)
{
	if (turn->held)
		pthread_mutex_unlock(&d->seats[signer].turn);
	*turn = (struct desk_turn){.allowed = false};
}

/* One more call without a usable answer. Call with the lock held. */
static void count_silence(struct desk *d, const char *why)
{
	char text[1024];

	if (++d->silent < SILENT_IN_A_ROW)
		return;
	snprintf(text, sizeof text, _("the signing service gave no usable answer %d times in a row: %s"),
		SILENT_IN_A_ROW, why);
	text_copy(d->down, sizeof d->down, text);
}

/* What one outcome says about the next. Call with the lock held. */
static void learn(struct desk *d, struct seat *seat, const struct sign_result *r)
{
	char text[512];

	switch (r->outcome) {
	case SIGN_ACCEPTED:
		break; /* desk_settle() tells, once the file has been looked at */
	case SIGN_REFUSED:
		d->silent = 0;
		if (!r->wrong_secret)
			break;
		snprintf(text, sizeof text, "%s (%s)", r->text, r->code);
		text_copy(seat->stopped, sizeof seat->stopped, text);
		break;
	case SIGN_UNKNOWN:
	case SIGN_NOT_SENT:
		count_silence(d, r->text);
		break;
	}
}

int desk_sign(struct desk *d, size_t signer, struct signer *by, struct sign_job *job, struct sign_result *out,
	struct err *e)
{
	struct seat *seat = &d->seats[signer];

	job->who = identity(d, signer);
	job->passphrase = seat->passphrase;
	if (by->sign(by->self, job, out, e) != 0)
		return -1;
	pthread_mutex_lock(&d->lock);
	learn(d, seat, out);
	pthread_mutex_unlock(&d->lock);
	return 0;
}

void desk_settle(struct desk *d, size_t signer, struct desk_turn *turn, bool good, const char *why)
{
	pthread_mutex_lock(&d->lock);
	if (good) {
		d->seats[signer].proven = true;
		d->silent = 0;
	} else {
		count_silence(d, why);
	}
	pthread_mutex_unlock(&d->lock);
	desk_pass(d, signer, turn);
}
