#include "net/loop.h"

#include "base/i18n.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

/* Connections kept when nothing is under way; more are closed. As many as one may have in flight. */
#define CONNECTIONS_KEPT 128
/* libcurl wakes us when something happens; once a second the transfers look whether they have stalled. */
#define LOOK_MS          1000
#define IDLE_MS          60000

struct job {
	CURL *easy;
	CURLcode code;
	bool done;
	pthread_cond_t ended;
	struct job *next; /* in the queue, then among those under way */
};

static struct {
	pthread_mutex_t life; /* over start and end of the thread */
	size_t clients;
	pthread_t thread;
	CURLM *multi;

	pthread_mutex_t lock; /* over what follows */
	struct job *queue;    /* to be started */
	bool stop;
} loop = {.life = PTHREAD_MUTEX_INITIALIZER, .lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- the thread ---- */

static void finish(struct job *j, CURLcode code)
{
	pthread_mutex_lock(&loop.lock);
	j->code = code;
	j->done = true;
	/* With the lock held: the waiting one owns the memory and may be gone as soon as it sees `done`. */
	pthread_cond_signal(&j->ended);
	pthread_mutex_unlock(&loop.lock);
}

static void forget(struct job **under_way, const struct job *j)
{
	while (*under_way && *under_way != j)
		under_way = &(*under_way)->next;
	if (*under_way)
		*under_way = j->next;
}

static void start_queued(struct job *queued, struct job **under_way)
{
	while (queued) {
		struct job *j = queued;
		queued = j->next;
		CURLMcode code = curl_multi_add_handle(loop.multi, j->easy);
		if (code != CURLM_OK) {
			finish(j, code == CURLM_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY : CURLE_FAILED_INIT);
			continue;
		}
		j->next = *under_way;
		*under_way = j;
	}
}

static void finish_ended(struct job **under_way)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(loop.multi, &left))) {
		/* What the message holds is gone once the handle is taken out. */
		CURLcode code = message->data.result;
		CURL *easy = message->easy_handle;
		char *private = NULL;
		if (message->msg != CURLMSG_DONE)
			continue;
		CURLcode known = curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
		assert(known == CURLE_OK && private);
		(void)known;
		struct job *j = (void *)private;
		curl_multi_remove_handle(loop.multi, easy);
		forget(under_way, j);
		finish(j, code);
	}
}

/* The multi handle itself failed (no memory): nobody may wait for ever. */
static void finish_all(struct job **under_way)
{
	while (*under_way) {
		struct job *j = *under_way;
		*under_way = j->next;
		curl_multi_remove_handle(loop.multi, j->easy);
		finish(j, CURLE_OUT_OF_MEMORY);
	}
}

static void *run(void *unused)
{
	struct job *under_way = NULL;
	int running;

	(void)unused;
	pthread_setname_np(pthread_self(), LOOP_THREAD);
	for (;;) {
		pthread_mutex_lock(&loop.lock);
		struct job *queued = loop.queue;
		bool stop = loop.stop;
		loop.queue = NULL;
		pthread_mutex_unlock(&loop.lock);
		if (stop && !queued && !under_way)
			return NULL;
		start_queued(queued, &under_way);
		if (curl_multi_perform(loop.multi, &running) != CURLM_OK)
			finish_all(&under_way);
		finish_ended(&under_way);
		/* A wake-up that came since the queue was looked at is not lost: it ends this wait at once. */
		if (curl_multi_poll(loop.multi, NULL, 0, under_way ? LOOK_MS : IDLE_MS, NULL) != CURLM_OK)
			finish_all(&under_way);
	}
}

/* ---- its life ---- */

static int start(struct err *e)
{
	sigset_t all, before;

	loop.multi = curl_multi_init();
	if (!loop.multi)
		return err_nomem(e);
	loop.stop = false;
	/* Signals are for the threads that know what to do with them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int failed = curl_multi_setopt(loop.multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT) != CURLM_OK
			     ? ENOMEM
			     : pthread_create(&loop.thread, NULL, run, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!failed)
		return 0;
	curl_multi_cleanup(loop.multi);
	loop.multi = NULL;
	return err_sys(e, ERR_NOMEM, failed, _("cannot start the network's thread"));
}

int loop_join(struct err *e)
{
	pthread_mutex_lock(&loop.life);
	int r = loop.clients > 0 ? 0 : start(e);
	if (r == 0)
		loop.clients++;
	pthread_mutex_unlock(&loop.life);
	return r;
}

void loop_leave(void)
{
	pthread_mutex_lock(&loop.life);
	if (--loop.clients == 0) {
		pthread_mutex_lock(&loop.lock);
		loop.stop = true;
		pthread_mutex_unlock(&loop.lock);
		curl_multi_wakeup(loop.multi);
		pthread_join(loop.thread, NULL);
		curl_multi_cleanup(loop.multi);
		loop.multi = NULL;
	}
	pthread_mutex_unlock(&loop.life);
}

CURLcode loop_run(CURL *easy)
{
	struct job j = {.easy = easy, .ended = PTHREAD_COND_INITIALIZER};

	if (curl_easy_setopt(easy, CURLOPT_PRIVATE, (void *)&j) != CURLE_OK)
		return CURLE_OUT_OF_MEMORY;
	pthread_mutex_lock(&loop.lock);
	j.next = loop.queue;
	loop.queue = &j;
	curl_multi_wakeup(loop.multi);
	while (!j.done)
		pthread_cond_wait(&j.ended, &loop.lock);
	pthread_mutex_unlock(&loop.lock);
	pthread_cond_destroy(&j.ended);
	return j.code;
}
