"""Talks through a proxy with real libzmq; interop_test.go runs it.

    interop.py STORY FRONTENDS BACKENDS MONITOR CONTROL

FRONTENDS and BACKENDS have commas between them. Each story checks what it gets and
ends with exit code 0, or with a traceback.
"""

import collections
import itertools
import os
import signal
import struct
import subprocess
import sys
import threading

import zmq

PATIENCE = 10_000  # ms
ctx = zmq.Context()
ctx.linger, ctx.ipv6 = PATIENCE, True


def receive(s):
    if not s.poll(PATIENCE):
        raise TimeoutError("nothing comes")
    return s.recv_multipart()


def expect(s, *want):
    got = receive(s)
    assert got == list(want), f"got {[f[:60] for f in got]}, want {[f[:60] for f in want]}"


def connect(kind, *endpoints, hwm=None):
    s = ctx.socket(kind)
    if hwm:
        s.hwm = hwm
    for e in endpoints:
        s.connect(e)
    return s


def together(*jobs):
    """Runs the jobs in threads of their own; an error in one is an error."""
    errors = []

    def run(job):
        try:
            job()
        except Exception as e:
            errors.append(e)
            raise

    threads = [threading.Thread(target=run, args=(j,), daemon=True) for j in jobs]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not errors, errors


def worker(backend, name, end):
    """A REP that answers until it is told to end; returns how many it answered."""
    rep = connect(zmq.REP, backend)
    n = 0
    while not end.is_set():
        if rep.poll(20):
            rep.send_multipart([name] + rep.recv_multipart())
            n += 1
    rep.close()
    return n


def queue(fronts, backs, monitor, control):
    """Many clients and several workers on several endpoints: each has its own answers."""
    end, served = threading.Event(), collections.Counter()
    done = threading.Barrier(20, action=end.set)

    def serve(name, back):
        served[name] = worker(back, name, end)

    def client(i, front):
        req = connect(zmq.REQ, front)
        for n in range(50):
            question = [b"%d" % i, b"%d" % n, b"", b"x" * n]
            req.send_multipart(question)
            assert receive(req)[1:] == question
        done.wait(30)

    together(
        *[lambda i=i, b=b: serve(b"%d" % i, b) for i, b in zip(range(3), itertools.cycle(backs))],
        *[lambda i=i, f=f: client(i, f) for i, f in zip(range(20), itertools.cycle(fronts))],
    )
    assert sum(served.values()) == 1000 and min(served.values()) > 100, served


def killed(fronts, backs, monitor, control):
    """A worker is killed in the middle: whoever asks again is answered."""
    workers = [
        subprocess.Popen([sys.executable, __file__, "mortal", *sys.argv[2:]], stdout=subprocess.PIPE) for _ in range(3)
    ]
    for w in workers:
        assert w.stdout.readline() == b"ready\n"
    half = threading.Barrier(5, action=lambda: os.kill(workers[0].pid, signal.SIGKILL))

    def client(i):
        req = connect(zmq.REQ, fronts[0])
        req.req_relaxed = req.req_correlate = True
        for n in range(100):
            if n == 50:
                half.wait(30)
            for again in range(20):
                req.send(b"%d %d" % (i, n))
                if req.poll(500):
                    break
            assert req.recv() == b"%d %d" % (i, n)

    try:
        together(*[lambda i=i: client(i) for i in range(5)])
    finally:
        for w in workers:
            w.kill()
            w.wait()


def mortal(fronts, backs, monitor, control):
    rep = connect(zmq.REP, backs[0])
    print("ready", flush=True)
    while True:
        rep.send_multipart(rep.recv_multipart())


def streamer(fronts, backs, monitor, control):
    """Two that have work, three that do it, one of them slowly: all is done, once."""
    each = 3000
    ballast = b"x" * 10_000  # so that the kernel's buffers hold few
    got = [[], [], []]
    end = threading.Event()
    pulls = [connect(zmq.PULL, b, hwm=10) for b, _ in zip(itertools.cycle(backs), got)]

    def work(i):
        while not end.is_set():
            if not pulls[i].poll(20):
                continue
            got[i].append(b" ".join(pulls[i].recv().split()[:2]))
            if i == 0:
                end.wait(0.002)  # it is slow
            if sum(map(len, got)) == 2 * each:
                end.set()

    def produce(name, front):
        push = connect(zmq.PUSH, front, hwm=10)
        for n in range(each):
            push.send(b"%s %d %s" % (name, n, ballast))

    together(
        lambda: produce(b"a", fronts[0]), lambda: produce(b"b", fronts[-1]), *[lambda i=i: work(i) for i in range(3)]
    )
    every = sorted(m for g in got for m in g)
    assert every == sorted(b"%s %d" % (p, n) for p in (b"a", b"b") for n in range(each)), len(every)
    for g in got:  # of each that has work, in its order
        for p in (b"a", b"b"):
            mine = [int(m.split()[1]) for m in g if m.startswith(p)]
            assert mine == sorted(mine)
    assert len(got[0]) < len(got[1]), [len(g) for g in got]


def turns(fronts, backs, monitor, control):
    """Workers with room take turns."""
    pulls = [connect(zmq.PULL, backs[0]) for _ in range(3)]
    push = connect(zmq.PUSH, fronts[0])
    ready = set()
    while len(ready) < 3:  # until all three are known
        push.send(b"who is there?")
        for i, p in enumerate(pulls):
            if p.poll(20):
                p.recv()
                ready.add(i)
    while any(p.poll(50) for p in pulls):
        [p.recv() for p in pulls if p.poll(0)]
    for n in range(300):
        push.send(b"%d" % n)
    for p in pulls:
        mine = [int(receive(p)[0]) for _ in range(100)]
        assert len(set(n % 3 for n in mine)) == 1 and mine == sorted(mine), mine


def pressure(fronts, backs, monitor, control):
    """A high-water mark of 1: without a worker whoever has work soon waits, and nothing is lost."""
    push = connect(zmq.PUSH, fronts[0], hwm=1)
    body = b"x" * (1 << 20)  # so that the kernel's buffers hold few
    sent = 0
    while push.poll(500, zmq.POLLOUT):
        push.send_multipart([b"%d" % sent, body])
        sent += 1
        assert sent < 100, "nobody waits"
    pull = connect(zmq.PULL, backs[0], hwm=1)
    for n in range(sent):
        expect(pull, b"%d" % n, body)
    push.send(b"after")
    expect(pull, b"after")


def monitored(fronts, backs, monitor, control):
    """What passes a queue is heard at its monitor."""
    both, out = connect(zmq.SUB, monitor), connect(zmq.SUB, monitor)
    both.subscribe(b"")
    out.subscribe(b"out")
    client, service = connect(zmq.REQ, fronts[0]), connect(zmq.REP, backs[0])
    for s in both, out:  # until both listen
        while not s.poll(20):
            client.send(b"hello?")
            service.send(receive(service)[0])
            client.recv()
        while s.poll(50):
            s.recv_multipart()
    while out.poll(50):
        out.recv_multipart()
    client.send_multipart([b"question", b""])
    expect(service, b"question", b"")
    way, identity, *rest = receive(both)
    assert way == b"in" and len(identity) == 5 and rest == [b"", b"question", b""], (way, identity, rest)
    service.send(b"answer")
    expect(client, b"answer")
    for s in both, out:
        expect(s, b"out", identity, b"", b"answer")


def statistics(s):
    s.send(b"STATISTICS")
    got = receive(s)
    assert len(got) == 8 and all(len(f) == 8 for f in got), got
    return struct.unpack("<8Q", b"".join(got))


def steered(fronts, backs, monitor, control):
    """A steerable proxy: pause, resume, statistics, terminate."""
    ctl, other = connect(zmq.REQ, control), connect(zmq.REQ, control)
    push, pull = connect(zmq.PUSH, fronts[0]), connect(zmq.PULL, backs[0])
    push.send_multipart([b"abc", b"defg"])
    expect(pull, b"abc", b"defg")
    assert statistics(ctl) == (1, 7, 0, 0, 0, 0, 1, 7)
    ctl.send(b"PAUSE")
    expect(ctl, b"")
    for n in range(100):
        push.send(b"%d" % n)
    assert not pull.poll(200), "something passes"
    assert statistics(other) == (1, 7, 0, 0, 0, 0, 1, 7)
    other.send(b"explode")
    assert b"want PAUSE" in receive(other)[0]
    other.send(b'{"do":"statistics"}')
    assert b'"paused":true' in receive(other)[0]
    ctl.send(b"RESUME")
    expect(ctl, b"")
    for n in range(100):
        expect(pull, b"%d" % n)
    assert statistics(ctl)[0] == 101
    ctl.send(b"TERMINATE")
    expect(ctl, b"")


def waiting(fronts, backs, monitor, control):
    """A publisher with heartbeats of its own outlives a pause, and says what it had to say."""
    ctl = connect(zmq.REQ, control)
    sub, pub = connect(zmq.SUB, backs[0]), ctx.socket(zmq.XPUB)
    sub.subscribe(b"t")
    pub.heartbeat_ivl = pub.heartbeat_timeout = 600
    events = pub.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    pub.connect(fronts[0])
    expect(pub, b"\x01t")
    ctl.send(b"PAUSE")
    expect(ctl, b"")
    pub.send(b"t 1")
    assert not events.poll(2000), "disconnected"
    assert not sub.poll(0)
    ctl.send(b"RESUME")
    expect(ctl, b"")
    expect(sub, b"t 1")


def subset(fronts, backs, monitor, control):
    """Of a forwarder with a subset only that passes, and only that is asked for."""
    sub = connect(zmq.SUB, backs[0])
    sub.subscribe(b"")
    pub = connect(zmq.XPUB, fronts[0])
    assert {receive(pub)[0], receive(pub)[0]} == {b"\x01light", b"\x01t"}
    for m in b"light 1", b"dark", b"lightning":
        pub.send(m)
    expect(sub, b"light 1")
    expect(sub, b"lightning")


if __name__ == "__main__":
    fronts, backs, monitor, control = sys.argv[2:]
    globals()[sys.argv[1]](fronts.split(","), backs.split(","), monitor, control)
    ctx.destroy(linger=0)
