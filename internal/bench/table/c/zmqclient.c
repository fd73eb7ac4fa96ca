// libzmq's own clients, one publisher and any number of subscribers, each with a context of
// one I/O thread, without high-water marks. They begin when every subscriber has heard the
// publisher.
//
//	zmqclient FRONTEND_PORT BACKEND_PORT SUBSCRIBERS SIZE COUNT RATE
//
// RATE is messages a second, 0 for as many as possible. Latency is measured from when a
// message was due. It prints
//
//	SECONDS HEARD P50 P99
//
// with the seconds until the last message, how many were heard by all subscribers, and the
// percentiles in microseconds, 0 without a rate.
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <zmq.h>

static const char topic[] = "bench/kitchen/toaster";
static char backend[64];
static long count, rate, subscribers;
static size_t size;
static atomic_long joined, last_ns, heard;
static int64_t begin; // when the first message is due, in nanoseconds
static int64_t *took; // by the first subscriber

static int64_t now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void *open_socket(int type, int option, const char *where) {
	void *s = zmq_socket(zmq_ctx_new(), type);
	int none = 0;
	zmq_setsockopt(s, option, &none, sizeof none);
	if (zmq_connect(s, where)) exit(1);
	return s;
}

static void *subscribe(void *number) {
	void *s = open_socket(ZMQ_SUB, ZMQ_RCVHWM, backend);
	int wait = 3000;
	zmq_setsockopt(s, ZMQ_RCVTIMEO, &wait, sizeof wait);
	zmq_setsockopt(s, ZMQ_SUBSCRIBE, topic, strlen(topic));
	char name[64], *body = malloc(size);
	int in = 0;
	for (long got = 0; got < count;) {
		if (zmq_recv(s, name, sizeof name, 0) < 0) break; // nothing comes any more
		if (zmq_recv(s, body, size, 0) < (int)size) {
			if (!in) in = 1, atomic_fetch_add(&joined, 1);
			continue;
		}
		int64_t at = now();
		atomic_store(&last_ns, at);
		if (rate && !number) {
			int64_t n;
			memcpy(&n, body, sizeof n);
			took[got] = at - (begin + n * 1000000000LL / rate);
		}
		got++;
		atomic_fetch_add(&heard, 1);
	}
	return NULL;
}

static void send_message(void *s, const char *body, size_t n) {
	zmq_send(s, topic, strlen(topic), ZMQ_SNDMORE);
	zmq_send(s, body, n, 0);
}

static int order(const void *a, const void *b) {
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv) {
	if (argc != 7) return 2;
	char frontend[64];
	snprintf(frontend, sizeof frontend, "tcp://127.0.0.1:%s", argv[1]);
	snprintf(backend, sizeof backend, "tcp://127.0.0.1:%s", argv[2]);
	subscribers = atol(argv[3]), size = atol(argv[4]), count = atol(argv[5]), rate = atol(argv[6]);
	if (size < 8) return 2;
	took = calloc(count, sizeof *took);
	pthread_t threads[subscribers];
	for (long i = 0; i < subscribers; i++) pthread_create(&threads[i], NULL, subscribe, (void *)i);
	void *s = open_socket(ZMQ_PUB, ZMQ_SNDHWM, frontend);
	while (atomic_load(&joined) < subscribers) { // a probe is shorter than a message
		send_message(s, "", 0);
		nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
	}
	char *body = calloc(1, size);
	prctl(PR_SET_TIMERSLACK, 1); // to be late by 50 us, the default, would count as latency
	begin = now() + 1000000;
	for (int64_t n = 0; n < count; n++) {
		if (rate) {
			int64_t due = begin + n * 1000000000LL / rate;
			if (due > now()) {
				struct timespec t = {due / 1000000000LL, due % 1000000000LL};
				clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
			}
		}
		memcpy(body, &n, sizeof n);
		send_message(s, body, size);
	}
	for (long i = 0; i < subscribers; i++) pthread_join(threads[i], NULL);
	double p50 = 0, p99 = 0;
	if (rate) {
		qsort(took, count, sizeof *took, order);
		p50 = took[count / 2] / 1e3, p99 = took[count * 99 / 100] / 1e3;
	}
	printf("%.6f %ld %.1f %.1f\n", (atomic_load(&last_ns) - begin) / 1e9, atomic_load(&heard), p50, p99);
	return 0;
}
