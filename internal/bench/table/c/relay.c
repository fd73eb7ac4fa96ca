// A blind relay, which no forwarder can beat: it copies the bytes of one publisher to each
// subscriber, and those of the first subscriber back, and looks at none of them. A PUB and
// its SUBs shake hands through it without noticing. It ends with the publisher.
//
//	relay SUBSCRIBERS FRONTEND_PORT BACKEND_PORT
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { most = 64, piece = 256 << 10 };

static int publisher, subscribers, subscriber[most];

static int listen_at(const char *port) {
	int one = 1, s = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(s, (struct sockaddr *)&at, sizeof at) || listen(s, most)) {
		perror(port);
		exit(1);
	}
	return s;
}

static int take(int listener) {
	int one = 1, s = accept(listener, NULL, NULL);
	setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return s;
}

static void put(int to, const char *b, ssize_t n) {
	for (ssize_t w; n > 0; b += w, n -= w)
		if ((w = write(to, b, n)) <= 0) exit(0);
}

// back copies what a subscriber says to the publisher, or nowhere.
static void *back(void *number) {
	long i = (long)number;
	char *b = malloc(piece);
	for (ssize_t n; (n = read(subscriber[i], b, piece)) > 0;)
		if (i == 0) put(publisher, b, n);
	return NULL;
}

int main(int argc, char **argv) {
	if (argc != 4 || (subscribers = atoi(argv[1])) < 1 || subscribers > most) return 2;
	signal(SIGPIPE, SIG_IGN);
	int front = listen_at(argv[2]), behind = listen_at(argv[3]);
	puts("ready");
	fflush(stdout);
	for (int i = 0; i < subscribers; i++) subscriber[i] = take(behind);
	publisher = take(front);
	for (long i = 0; i < subscribers; i++) {
		pthread_t t;
		pthread_create(&t, NULL, back, (void *)i);
	}
	char *b = malloc(piece);
	for (ssize_t n; (n = read(publisher, b, piece)) > 0;)
		for (int i = 0; i < subscribers; i++) put(subscriber[i], b, n);
	return 0;
}
