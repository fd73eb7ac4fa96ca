"""50 subscribers and 10 publishers on real libzmq; restart_test.go runs it.

    crowd.py FRONTEND BACKEND PUBLISHERS SUBSCRIBERS

A line on the standard input begins a round: from then on every publisher says the
line's word, every 50 ms, on a topic of its own. When every subscriber has heard it
from every publisher, "back WORD" is printed. Ends with the standard input.
"""

import sys
import threading
import time

import zmq

frontend, backend = sys.argv[1:3]
publishers, subscribers = map(int, sys.argv[3:5])
ctx = zmq.Context()
ctx.linger = 0

pubs = [ctx.socket(zmq.PUB) for _ in range(publishers)]
for s in pubs:
    s.connect(frontend)
subs = [ctx.socket(zmq.SUB) for _ in range(subscribers)]
poller = zmq.Poller()
for s in subs:
    s.subscribe(b"crowd/")
    s.connect(backend)
    poller.register(s, zmq.POLLIN)

said = ctx.socket(zmq.PAIR)
said.bind("inproc://said")
poller.register(said, zmq.POLLIN)


def listen():
    tell = ctx.socket(zmq.PAIR)
    tell.connect("inproc://said")
    for line in sys.stdin:
        tell.send(line.strip().encode())
    tell.send(b"")


threading.Thread(target=listen, daemon=True).start()
word, missing, due = b"", set(), 0.0
while True:
    now = time.monotonic()
    if now >= due:
        for i, s in enumerate(pubs):
            s.send_multipart([b"crowd/%d" % i, word])
        due = now + 0.05
    for s, _ in poller.poll(max(0, 1000 * (due - now))):
        if s is said:
            word = said.recv()
            if not word:
                sys.exit(0)
            missing = {(i, b"crowd/%d" % j) for i in range(subscribers) for j in range(publishers)}
            continue
        i = subs.index(s)
        while s.poll(0):
            topic, heard = s.recv_multipart()
            if heard == word and missing:
                missing.discard((i, topic))
                if not missing:
                    print("back", word.decode(), flush=True)
