#include "pipeline/desk.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "pipeline/keeper.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define SILENT_IN_A_ROW 3
#define FIRST_PAUSE_MS  1000
#define NAP_MS          100 /* a pause is slept in such pieces, so that it can be given up */
#define DAYS_LEFT_WARN  30
#define IMAGE_MAX       (2 * MIB) /* it goes out with every letter */

struct seat {
	unsigned under_way;
	bool asked;        /* for the certificate's status */
	bool proven;       /* a good signature came back in this run */
	char stopped[300]; /* why not; "" = may sign */
	struct buf image;
	struct sign_look look;
};

struct desk {
	const struct config *config;
	struct desk_service service;
	struct keeper *keeper; /* NULL: signers of service.make */
	bool (*stopping)(void *user);
	void *stopping_user;
	struct seat *seats;   /* one per signer of the config */
	pthread_mutex_t lock; /* over all seats but their looks, and everything below */
	pthread_cond_t change;
	unsigned calls;         /* under way, whoever signs */
	unsigned silent;        /* calls in a row without a usable answer */
	char last_silence[300]; /* why the last of them had none */
	bool sick;              /* too many of them: nobody signs */
	bool trying;            /* one thread finds out whether it is well again */
	uint64_t pause_ms, paused_ms;
	char down[300]; /* why the service is not asked any more; "" = it may be */
};

static int load_look(const struct config_signer *who, struct seat *seat, struct err *e)
{
	seat->image = (struct buf)BUF_INIT(IMAGE_MAX);
	if (!who->image)
		return 0;
	if (buf_load(&seat->image, who->image, e) != 0)
		return -1;
	seat->look = (struct sign_look){.image = seat->image.data,
		.image_len = seat->image.len,
		.page = who->page,
		.x = who->x,
		.y = who->y,
		.width = who->width,
		.height = who->height};
	text_copy(seat->look.tag, sizeof seat->look.tag, who->tag);
	return 0;
}

int desk_new(
	const struct config *config, const struct desk_service *service, struct desk **out, struct err *e)
{
	AUTO(desk_release) struct desk *d = calloc(1, sizeof *d);

	if (!d)
		return err_nomem(e);
	d->config = config;
	d->service = *service;
	d->pause_ms = FIRST_PAUSE_MS;
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->change, NULL);
	d->seats = calloc(config->signer_count ? config->signer_count : 1, sizeof *d->seats);
	if (!d->seats)
		return err_nomem(e);
	for (size_t i = 0; i < config->signer_count; i++)
		if (load_look(&config->signers[i], &d->seats[i], e) != 0)
			return -1;
	if (!service->make && keeper_start(config, service, &d->keeper, e) != 0)
		return -1;
	*out = steal(&d);
	return 0;
}

void desk_free(struct desk *d)
{
	if (!d)
		return;
	keeper_free(d->keeper);
	for (size_t i = 0; d->seats && i < d->config->signer_count; i++)
		buf_release(&d->seats[i].image);
	free(d->seats);
	pthread_cond_destroy(&d->change);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

void desk_release(struct desk **d)
{
	desk_free(*d);
	*d = NULL;
}

void desk_watch(struct desk *d, bool (*stopping)(void *user), void *user)
{
	d->stopping = stopping;
	d->stopping_user = user;
}

static bool is_stopping(const struct desk *d)
{
	return d->stopping && d->stopping(d->stopping_user);
}

int desk_signer(struct desk *d, struct signer *out, struct err *e)
{
	return d->keeper ? keeper_signer(d->keeper, out, e) : d->service.make(d->service.user, out, e);
}

int desk_unlock(struct desk *d, size_t signer, struct err *e)
{
	return d->keeper ? keeper_unlock(d->keeper, d->config->signers[signer].name, e) : 0;
}

int desk_approve(struct desk *d, const struct sha256 *root, uint64_t count, int leaves, struct err *e)
{
	return d->keeper ? keeper_approve(d->keeper, root, count, leaves, e) : 0;
}

int desk_approve_one(struct desk *d, const struct sha256 *file, struct err *e)
{
	return d->keeper ? keeper_approve_one(d->keeper, file, e) : 0;
}

struct sign_identity desk_identity(const struct config *config, const struct config_signer *who)
{
	struct sign_identity id = {.name = who->name};

	if (who->way == WAY_SEAL)
		id.subscriber = who->subscriber;
	else if (who->email && config->api != 1)
		id.email = who->email;
	else
		id.nik = who->nik;
	return id;
}

/* ---- may this signer be asked? -------------------------------------------------------------------------- */

/* Why this signer must not be asked; "" = may be. Call with the lock held. */
static void copy_stop(struct desk *d, const struct seat *seat, char why[300])
{
	if (!d->down[0] && d->keeper)
		keeper_is_over(d->keeper, d->down);
	snprintf(why, 300, "%s", seat->stopped[0] ? seat->stopped : d->down);
}

static void stop(struct desk *d, size_t signer, const char *why)
{
	pthread_mutex_lock(&d->lock);
	text_copy(d->seats[signer].stopped, sizeof d->seats[signer].stopped, why);
	pthread_cond_broadcast(&d->change);
	pthread_mutex_unlock(&d->lock);
}

/* Asks for the certificate's status; what forbids signing stops the signer. */
static void ask_status(struct desk *d, size_t signer, struct signer *by, struct sign_status *status)
{
	struct sign_identity who = desk_identity(d->config, &d->config->signers[signer]);
	struct err e = ERR_INIT;
	char why[1024];

	if (by->status(by->self, &who, status, &e) != 0)
		snprintf(why, sizeof why, _("the certificate's status is not known: %s"), e.msg);
	else if (!status->may_sign)
		snprintf(why, sizeof why, _("the certificate's status is %s (%s): %s"), status->status,
			status->code, status->text);
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

static void ask_otp(struct desk *d, size_t signer, struct signer *by, size_t files)
{
	struct sign_identity who = desk_identity(d->config, &d->config->signers[signer]);
	struct sign_otp otp = {.granted = false};
	struct err e = ERR_INIT;
	char why[600];

	if (!by->otp)
		snprintf(why, sizeof why, "%s", _("this way to sign has no one-time passwords"));
	else if (by->otp(by->self, &who, files, &otp, &e) != 0)
		snprintf(why, sizeof why, _("no one-time password: %s"), e.msg);
	else if (!otp.granted)
		snprintf(why, sizeof why, _("no one-time password: %s"), otp.text);
	else
		why[0] = '\0';
	secret_free(otp.code);
	if (why[0])
		stop(d, signer, why);
}

void desk_prepare(
	struct desk *d, size_t signer, struct signer *by, size_t files, int64_t now_at, char warning[300])
{
	const struct config_signer *who = &d->config->signers[signer];
	struct sign_status status = {.may_sign = false};
	char why[300];

	warning[0] = '\0';
	d->seats[signer].asked = true;
	ask_status(d, signer, by, &status);
	if (desk_is_closed(d, signer, why)) {
		snprintf(warning, 300, "%.40s: %.255s", who->name, why);
		return;
	}
	int64_t days = (status.not_after_at - now_at) / 86400;
	if (status.not_after_at > 0 && days < DAYS_LEFT_WARN)
		snprintf(warning, 300, _("the certificate of %s ends in %lld days: have it renewed"),
			who->name, (long long)(days > 0 ? days : 0));
	if (who->way == WAY_TOTP || who->way == WAY_SEAL)
		ask_otp(d, signer, by, files);
}

/* ---- a service that is out of order --------------------------------------------------------------------- */

static uint32_t some_random(const struct desk *d)
{
	uint32_t n = 0;

	if (d->service.clock.random)
		return d->service.clock.random(d->service.clock.user);
	/* Without randomness all machines of an office come back at the same moment: no harm done. */
	return getrandom(&n, sizeof n, GRND_NONBLOCK) == sizeof n ? n : 0;
}

static void nap(const struct desk *d, long ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	if (d->service.clock.sleep_ms)
		d->service.clock.sleep_ms(d->service.clock.user, ms);
	else
		nanosleep(&t, NULL);
}

/* False: the run is being stopped. */
static bool rest(const struct desk *d, uint64_t ms)
{
	for (; ms > 0 && !is_stopping(d); ms -= ms < NAP_MS ? ms : NAP_MS)
		nap(d, (long)(ms < NAP_MS ? ms : NAP_MS));
	return !is_stopping(d);
}

/* Is anybody there? Whatever the answer says. */
static bool answers(struct desk *d, size_t signer, struct signer *by)
{
	struct sign_identity who = desk_identity(d->config, &d->config->signers[signer]);
	struct sign_status status = {.may_sign = false};
	struct err e = ERR_INIT;

	return by->status(by->self, &who, &status, &e) == 0;
}

/* How long to rest now, three quarters of it to all of it; 0 = the patience is at its end. Call with the lock held. */
static uint64_t next_pause(struct desk *d)
{
	uint64_t ms = d->pause_ms - some_random(d) % (d->pause_ms / 4 + 1);

	if (d->paused_ms + ms > (uint64_t)d->config->patience_s * 1000)
		return 0;
	d->paused_ms += ms;
	d->pause_ms *= 2;
	return ms;
}

/* Rests until the service answers a harmless question. Call with the lock held, which is given up meanwhile. */
static bool wait_for_service(struct desk *d, size_t signer, struct signer *by)
{
	for (;;) {
		char text[1024];
		uint64_t ms = next_pause(d);
		if (ms == 0) {
			snprintf(text, sizeof text,
				_("the signing service gave no usable answer %d times in a row: %s"),
				SILENT_IN_A_ROW, d->last_silence);
			text_copy(d->down, sizeof d->down, text);
			return false;
		}
		pthread_mutex_unlock(&d->lock);
		bool back = rest(d, ms) && answers(d, signer, by);
		pthread_mutex_lock(&d->lock);
		if (is_stopping(d)) {
			text_copy(d->down, sizeof d->down, _("the run was stopped"));
			return false;
		}
		if (back)
			return true;
	}
}

/* One more call without a usable answer; `final`: waiting will not help. Call with the lock held. */
static void count_silence(struct desk *d, const char *why, bool final)
{
	text_copy(d->last_silence, sizeof d->last_silence, why);
	if (++d->silent < SILENT_IN_A_ROW)
		return;
	d->sick = true;
	/* What has been waited already was too short. */
	if (final)
		d->paused_ms = UINT64_MAX / 2;
}

/* Call with the lock held. */
static void count_answer(struct desk *d)
{
	d->silent = 0;
	d->sick = false;
	d->pause_ms = FIRST_PAUSE_MS;
}

/* ---- turns ---------------------------------------------------------------------------------------------- */

static unsigned at_least_one(unsigned n)
{
	return n > 0 ? n : 1;
}

/* May one more call be under way, for this signer and in all? Call with the lock held. */
static bool has_room(const struct desk *d, const struct seat *seat)
{
	unsigned most = seat->proven ? at_least_one(d->config->in_flight_per_signer) : 1;

	return seat->under_way < most && d->calls < at_least_one(d->config->in_flight);
}

/* The trial is over, or does not come about. Call with the lock held. */
static void end_trial(struct desk *d, struct desk_turn *turn)
{
	if (turn->trial)
		d->trying = false;
	turn->trial = false;
	pthread_cond_broadcast(&d->change);
}

/* Waits for the moment when one more may be under way. Call with the lock held. */
static void wait_for_turn(struct desk *d, size_t signer, struct signer *by, struct desk_turn *turn)
{
	struct seat *seat = &d->seats[signer];

	for (;;) {
		copy_stop(d, seat, turn->why);
		if (*turn->why) {
			end_trial(d, turn);
			return;
		}
		bool room = has_room(d, seat);
		if (room && (!d->sick || turn->trial))
			break;
		if (!room || d->trying) {
			pthread_cond_wait(&d->change, &d->lock);
			continue;
		}
		/* What was true before the wait is looked at once more after it. */
		d->trying = turn->trial = true;
		if (!wait_for_service(d, signer, by))
			end_trial(d, turn);
	}
	seat->under_way++;
	d->calls++;
	turn->allowed = turn->held = turn->calling = true;
}

void desk_take_turn(struct desk *d, size_t signer, struct signer *by, struct desk_turn *turn)
{
	struct seat *seat = &d->seats[signer];
	struct sign_status status = {.may_sign = false};

	*turn = (struct desk_turn){.allowed = false};
	pthread_mutex_lock(&d->lock);
	wait_for_turn(d, signer, by, turn);
	bool ask = turn->allowed && !seat->asked;
	seat->asked = seat->asked || ask;
	pthread_mutex_unlock(&d->lock);
	if (!ask)
		return;
	ask_status(d, signer, by, &status);
	char why[300];
	if (!desk_is_closed(d, signer, why))
		return;
	desk_pass(d, signer, turn);
	memcpy(turn->why, why, sizeof why);
}

/* The call is over; a signer that is not proven keeps the place until its file has been looked at. With the lock held. */
static void leave(struct desk *d, struct seat *seat, struct desk_turn *turn, bool settled)
{
	if (turn->calling)
		d->calls--;
	turn->calling = false;
	if (turn->held && (settled || seat->proven)) {
		seat->under_way--;
		turn->held = false;
	}
	pthread_cond_broadcast(&d->change);
}

void desk_pass(struct desk *d, size_t signer, struct desk_turn *turn)
{
	pthread_mutex_lock(&d->lock);
	leave(d, &d->seats[signer], turn, true);
	end_trial(d, turn);
	pthread_mutex_unlock(&d->lock);
	*turn = (struct desk_turn){.allowed = false};
}

/* What one outcome says about the next. Call with the lock held. */
static void learn(struct desk *d, struct seat *seat, const struct sign_result *r)
{
	char text[512];

	switch (r->outcome) {
	case SIGN_ACCEPTED:
		break; /* desk_settle() tells, once the file has been looked at */
	case SIGN_REFUSED:
		count_answer(d);
		if (!r->wrong_secret)
			break;
		snprintf(text, sizeof text, "%s (%s)", r->text, r->code);
		text_copy(seat->stopped, sizeof seat->stopped, text);
		break;
	case SIGN_UNKNOWN:
	case SIGN_NOT_SENT:
		count_silence(d, r->text, false);
		break;
	}
}

int desk_sign(struct desk *d, size_t signer, struct signer *by, struct desk_turn *turn, struct sign_job *job,
	struct sign_result *out, struct err *e)
{
	const struct config_signer *who = &d->config->signers[signer];
	struct seat *seat = &d->seats[signer];

	job->who = desk_identity(d->config, who);
	if (!job->reason)
		job->reason = who->reason ? who->reason : d->config->reason;
	if (!job->location)
		job->location = who->location ? who->location : d->config->location;
	job->look = who->image ? &seat->look : NULL;
	if (by->sign(by->self, job, out, e) != 0)
		return -1;
	pthread_mutex_lock(&d->lock);
	learn(d, seat, out);
	leave(d, seat, turn, false);
	pthread_mutex_unlock(&d->lock);
	return 0;
}

void desk_settle(struct desk *d, size_t signer, struct desk_turn *turn, bool good, const char *why)
{
	pthread_mutex_lock(&d->lock);
	if (good) {
		d->seats[signer].proven = true;
		count_answer(d);
	} else {
		count_silence(d, why, true);
	}
	pthread_mutex_unlock(&d->lock);
	desk_pass(d, signer, turn);
}
