// Throughput of libzmq's PUSH and PULL, or PUB and SUB, over loopback TCP, for
// BenchmarkBesideLibzmq, which compiles it: thr push|pub SIZE COUNT CONTEXTS. A message is a
// topic of 21 bytes and SIZE more in a second frame. With one context both sockets share an
// I/O thread, with two each has its own. It prints nanoseconds per message. High-water marks
// are libzmq's default, but for PUB and SUB, which have none: a PUB is 10,000 messages ahead
// at most.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

static const char topic[] = "bench/kitchen/toaster";
enum { run = 1000, runs_ahead = 10 };

static size_t size;
static long count;
static char where[256];
static void *sending;
static sem_t room;

static void send_one(void *s, const char *body) {
	zmq_send(s, topic, sizeof topic - 1, ZMQ_SNDMORE);
	zmq_send(s, body, size, 0);
}

static void receive_one(void *s, zmq_msg_t *m) {
	do zmq_msg_recv(m, s, 0);
	while (zmq_msg_more(m));
}

static void *push(void *context) {
	void *s = zmq_socket(context, ZMQ_PUSH);
	char *body = calloc(1, size);
	zmq_connect(s, where);
	for (long i = 0; i < count; i++) send_one(s, body);
	zmq_close(s);
	return 0;
}

static void *publish(void *unused) {
	char *body = calloc(1, size);
	for (long i = 0; i < count; i++) {
		if (i % run == 0) sem_wait(&room);
		send_one(sending, body);
	}
	return unused;
}

// subscribe connects a SUB to a PUB that has one peer, and waits until it counts.
static void *subscribe(void *pub_context, void *sub_context) {
	int none = 0;
	sending = zmq_socket(pub_context, ZMQ_XPUB); // a PUB that tells who subscribes
	void *s = zmq_socket(sub_context, ZMQ_SUB);
	zmq_setsockopt(sending, ZMQ_SNDHWM, &none, sizeof none);
	zmq_setsockopt(s, ZMQ_RCVHWM, &none, sizeof none);
	zmq_setsockopt(s, ZMQ_SUBSCRIBE, "bench/", 6);
	if (zmq_bind(sending, "tcp://127.0.0.1:*")) exit(1);
	size_t n = sizeof where;
	zmq_getsockopt(sending, ZMQ_LAST_ENDPOINT, where, &n);
	zmq_connect(s, where);
	char subscription[8];
	zmq_recv(sending, subscription, sizeof subscription, 0);
	return s;
}

static void *pull(void *context) {
	void *s = zmq_socket(context, ZMQ_PULL);
	if (zmq_bind(s, "tcp://127.0.0.1:*")) exit(1);
	size_t n = sizeof where;
	zmq_getsockopt(s, ZMQ_LAST_ENDPOINT, where, &n);
	return s;
}

int main(int argc, char **argv) {
	if (argc < 5) return 2;
	int pubsub = !strcmp(argv[1], "pub");
	size = atol(argv[2]), count = atol(argv[3]);
	void *here = zmq_ctx_new(), *there = atoi(argv[4]) > 1 ? zmq_ctx_new() : here;
	sem_init(&room, 0, runs_ahead);
	void *s = pubsub ? subscribe(there, here) : pull(here);
	pthread_t sender;
	pthread_create(&sender, 0, pubsub ? publish : push, there);
	zmq_msg_t m;
	zmq_msg_init(&m);
	receive_one(s, &m);
	struct timespec a, b;
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (long i = 1; i < count; i++) {
		receive_one(s, &m);
		if (i % run == run - 1) sem_post(&room);
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("%.1f\n", ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / (count - 1));
	pthread_join(sender, 0);
	return 0;
}
