// libzmq's forwarder, to compare with: zmq_proxy between XSUB and XPUB, without high-water
// marks, as libzmq has it otherwise.
//
//	zmqproxy IO_THREADS FRONTEND_PORT BACKEND_PORT
#include <stdio.h>
#include <stdlib.h>
#include <zmq.h>

static void *listen_at(void *context, int type, const char *port) {
	char where[64];
	int none = 0, backlog = 4096;
	void *s = zmq_socket(context, type);
	zmq_setsockopt(s, ZMQ_SNDHWM, &none, sizeof none);
	zmq_setsockopt(s, ZMQ_RCVHWM, &none, sizeof none);
	zmq_setsockopt(s, ZMQ_BACKLOG, &backlog, sizeof backlog);
	snprintf(where, sizeof where, "tcp://127.0.0.1:%s", port);
	if (zmq_bind(s, where)) {
		perror(where);
		exit(1);
	}
	return s;
}

int main(int argc, char **argv) {
	if (argc != 4) return 2;
	void *context = zmq_ctx_new();
	zmq_ctx_set(context, ZMQ_IO_THREADS, atoi(argv[1]));
	zmq_ctx_set(context, ZMQ_MAX_SOCKETS, 65535);
	void *front = listen_at(context, ZMQ_XSUB, argv[2]);
	void *back = listen_at(context, ZMQ_XPUB, argv[3]);
	puts("ready");
	fflush(stdout);
	return zmq_proxy(front, back, NULL);
}
