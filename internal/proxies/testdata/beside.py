"""Plays the same traffic through pyzmq's MonitoredQueue and through a proxy of ours, and
compares what peers and monitors get, frame by frame; beside_test.go runs it.

    beside.py queue|streamer|forwarder FRONTEND BACKEND MONITOR
"""

import os
import sys
import threading

import zmq
from zmq.devices import monitored_queue

PATIENCE = 10_000  # ms
KINDS = {"queue": (zmq.ROUTER, zmq.DEALER), "streamer": (zmq.PULL, zmq.PUSH), "forwarder": (zmq.XSUB, zmq.XPUB)}
# Frames of all kinds: empty ones, first, last and alone; long ones; any bytes.
MESSAGES = [[b"one"], [b"", b"", b"x"], [b"a" * 70_000, b""], [bytes(range(256))], [b""], [b"n"] * 40]


class Peers:
    """Peers in a context of their own, and all that they and the monitor got."""

    def __init__(self, monitor):
        self.ctx, self.got = zmq.Context(), []
        self.ctx.linger = 0
        self.monitor = self.socket(zmq.SUB, monitor)
        self.monitor.subscribe(b"")

    def socket(self, kind, endpoint, identity=None):
        s = self.ctx.socket(kind)
        if identity:
            s.setsockopt(zmq.IDENTITY, identity)
        s.connect(endpoint)
        return s

    def receive(self, s):
        if not s.poll(PATIENCE):
            raise TimeoutError("nothing comes")
        return s.recv_multipart()

    def take(self, s):
        """Receives what is to be compared."""
        m = self.receive(s)
        self.got.append(m)
        return m

    def warm(self, again):
        """Has something pass again and again until the monitor hears it, and then
        forgets it: from now on the monitor hears all."""
        while not self.monitor.poll(50):
            again()
        mark = b"begin"
        again(mark)
        while mark not in self.receive(self.monitor):
            pass

    def end(self):
        self.ctx.destroy()
        return self.got


def queue(front, back, monitor):
    p = Peers(monitor)
    worker, warmer = p.socket(zmq.REP, back), p.socket(zmq.DEALER, front, b"warmer")
    clients = [p.socket(zmq.REQ, front, b"client%d" % i) for i in range(2)]
    bare = p.socket(zmq.DEALER, front, b"bare")

    def answer():
        asked = p.receive(worker)
        worker.send_multipart([b"re"] + asked[::-1])
        return asked

    def again(mark=b"warm"):
        warmer.send_multipart([b"", mark])
        answer()
        p.receive(warmer)

    p.warm(again)
    p.receive(p.monitor)  # the answer to the mark
    for m in MESSAGES:
        for s, envelope in [(clients[0], []), (clients[1], []), (bare, [b"trace", b""])]:
            s.send_multipart(envelope + m)
            p.got.append(answer())
            p.take(s)
            p.take(p.monitor), p.take(p.monitor)
    return p.end()


def streamer(front, back, monitor):
    p = Peers(monitor)
    worker, work = p.socket(zmq.PULL, back), p.socket(zmq.PUSH, front)

    def again(mark=b"warm"):
        work.send(mark)
        p.receive(worker)

    p.warm(again)
    for m in MESSAGES:
        work.send_multipart(m)
        p.take(worker), p.take(p.monitor)
    return p.end()


def forwarder(front, back, monitor):
    p = Peers(monitor)
    sub, pub = p.socket(zmq.SUB, back), p.socket(zmq.XPUB, front)
    sub.subscribe(b"warm")
    p.receive(pub)  # from now on it sends

    def again(mark=b""):
        pub.send_multipart([b"warm", mark])
        p.receive(sub)

    p.warm(again)
    for topic in [b"a", b"a", b"b/", b"\x00\xff", b""]:  # the second of two is no news
        sub.subscribe(topic)
        if topic != b"a" or p.got == []:
            p.take(pub), p.take(p.monitor)
    for m in MESSAGES:
        pub.send_multipart(m)
        p.take(sub), p.take(p.monitor)
    for topic in [b"", b"a", b"nobody", b"b/", b"a"]:
        sub.unsubscribe(topic)
    for _ in range(3):
        p.take(pub), p.take(p.monitor)
    other = p.socket(zmq.XSUB, back)
    other.send(b"\x01other")
    p.take(pub), p.take(p.monitor)
    other.close()
    p.take(pub), p.take(p.monitor)
    return p.end()


def begin(kind):
    """Starts pyzmq's own, and returns where it is."""
    sockets = [zmq.Context.instance().socket(k) for k in (*KINDS[kind], zmq.PUB)]
    places = [f"tcp://127.0.0.1:{s.bind_to_random_port('tcp://127.0.0.1')}" for s in sockets]
    threading.Thread(target=monitored_queue, args=(*sockets, b"in", b"out"), daemon=True).start()
    return places


play = {"queue": queue, "streamer": streamer, "forwarder": forwarder}[sys.argv[1]]
theirs, ours = play(*begin(sys.argv[1])), play(*sys.argv[2:])
for i, (want, got) in enumerate(zip(theirs, ours, strict=True)):
    assert got == want, f"message {i} is {[f[:60] for f in got]}, pyzmq's {[f[:60] for f in want]}"
print(len(ours), "messages are the same", flush=True)
os._exit(0)  # the thread inside libzmq ends with the process
