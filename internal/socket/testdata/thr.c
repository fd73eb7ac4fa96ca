// Throughput of libzmq's PUSH and PULL over loopback TCP, for docs/bench.md:
// gcc -O2 -o /tmp/thr thr.c -lzmq -lpthread && /tmp/thr SIZE COUNT
// It prints nanoseconds per message. High-water marks are libzmq's default.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zmq.h>

static void *context;
static size_t size;
static long count;
static char where[256];

static void *push(void *unused) {
	void *s = zmq_socket(context, ZMQ_PUSH);
	char *body = calloc(1, size);
	zmq_connect(s, where);
	for (long i = 0; i < count; i++) zmq_send(s, body, size, 0);
	zmq_close(s);
	return unused;
}

int main(int argc, char **argv) {
	if (argc < 3) return 2;
	size = atol(argv[1]), count = atol(argv[2]);
	context = zmq_ctx_new();
	void *pull = zmq_socket(context, ZMQ_PULL);
	if (zmq_bind(pull, "tcp://127.0.0.1:*")) return 1;
	size_t n = sizeof where;
	zmq_getsockopt(pull, ZMQ_LAST_ENDPOINT, where, &n);
	pthread_t pusher;
	pthread_create(&pusher, 0, push, 0);
	zmq_msg_t m;
	zmq_msg_init(&m);
	zmq_msg_recv(&m, pull, 0);
	struct timespec a, b;
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (long i = 1; i < count; i++) zmq_msg_recv(&m, pull, 0);
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("%.1f ns/message\n", ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / (count - 1));
	pthread_join(pusher, 0);
	return 0;
}
