"""Talks to a hub with real libzmq; interop_test.go runs it.

    interop.py STORY FRONTEND BACKEND [MONITOR]

Each story checks what it gets and ends with exit code 0, or with a traceback.
Nothing sleeps as a way to wait: what must come is polled for, with a deadline.
"""

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


def silent(s, ms=100):
    assert not s.poll(ms), f"unexpected {s.recv_multipart()}"


def subscriber(backend, *prefixes, kind=zmq.SUB):
    s = ctx.socket(kind)
    s.rcvhwm = 0
    s.connect(backend)
    for p in prefixes:
        if kind == zmq.SUB:
            s.subscribe(p)
        else:
            s.send(b"\x01" + p)
    return s


def publisher(frontend):
    """An XPUB: unlike a PUB it tells when it knows what is wanted."""
    s = ctx.socket(zmq.XPUB)
    s.sndhwm = 0
    s.connect(frontend)
    return s


def await_subscription(pub, topic):
    while receive(pub) != [b"\x01" + topic]:
        pass


def shapes(frontend, backend):
    sub = subscriber(backend, b"t")
    pub = publisher(frontend)
    await_subscription(pub, b"t")
    messages = [[b"t data"], [b"t"], [b"t", b""], [b"t", b"", b"x", b""], [b"t", b"payload", b'{"id":"a"}']]
    messages += [[b"t" + b"o" * 300, b"x"], [b"t"] + [b"part"] * 500]
    messages += [[b"t", b"x" * n] for n in (0, 1, 254, 255, 256, 257, 8191, 8192, 65535, 65536, 1 << 20)]
    messages += [[b"t" * (1 << 20)], [b"t", b"y" * (1 << 20), b"", b"z" * (1 << 20)]]
    for m in messages:
        pub.send_multipart([b"other"] + m)
        pub.send_multipart(m)
    for m in messages:
        expect(sub, *m)
    silent(sub)


def plain_pub(frontend, backend):
    """A PUB of five lines is a full citizen."""
    sub = subscriber(backend, b"command/")
    pub = ctx.socket(zmq.PUB)
    pub.connect(frontend)
    for n in range(PATIENCE // 10):
        pub.send_multipart([b"command/bathroom/switch", b'{"do":"press"}'])
        if sub.poll(10):
            break
    expect(sub, b"command/bathroom/switch", b'{"do":"press"}')


def ten_publishers(frontend, backend):
    count, parts = 2000, [b"", b"x" * 10, b"y" * 1000]
    sub = subscriber(backend, b"p")

    def publish(name):
        pub = publisher(frontend)
        await_subscription(pub, b"p")
        for n in range(count):
            pub.send_multipart([name, b"%d" % n] + parts)
        pub.close()

    names = [b"p%d" % i for i in range(10)]
    threads = [threading.Thread(target=publish, args=(n,)) for n in names]
    for t in threads:
        t.start()
    seen = dict.fromkeys(names, 0)
    for _ in range(count * len(names)):
        name, n, *rest = receive(sub)
        assert int(n) == seen[name], f"{name}: {n} in place of {seen[name]}"
        assert rest == parts, f"torn: {rest}"
        seen[name] += 1
    for t in threads:
        t.join()
    silent(sub)


def subscriptions(frontend, backend):
    """An XPUB publisher sees subscriptions come and go, once for all peers."""
    pub = publisher(frontend)
    own = {receive(pub)[0] for _ in range(5)}  # what the hub itself wants
    assert own == {b"\x01state/", b"\x01online/", b"\x01scene/", b"\x01command/", b"\x01event/"}, own
    a = subscriber(backend, b"a")
    expect(pub, b"\x01a")
    b = subscriber(backend, b"a", b"b")
    expect(pub, b"\x01b")
    x = subscriber(backend, b"x", kind=zmq.XSUB)  # the message form
    expect(pub, b"\x01x")
    x.send(b"\x00unknown")
    x.send(b"\x00x")
    expect(pub, b"\x00x")
    a.unsubscribe(b"a")
    b.unsubscribe(b"b")
    expect(pub, b"\x00b")
    late = publisher(frontend)
    assert {receive(late)[0] for _ in range(6)} == own | {b"\x01a"}
    b.close()
    expect(pub, b"\x00a")
    expect(late, b"\x00a")
    for n in range(246, 256):  # libzmq writes these broken
        s = subscriber(backend, b"l" * n)
        expect(pub, b"\x01" + b"l" * n)
        s.close()
        expect(pub, b"\x00" + b"l" * n)
    silent(pub)


def last_values(frontend, backend):
    early = subscriber(backend, b"state/")
    pub = publisher(frontend)
    await_subscription(pub, b"state/")
    for n in range(3):
        for name in (b"lamp", b"toaster", b"gone"):
            pub.send_multipart([b"state/kitchen/" + name, b"%d" % n, b"meta"])
            expect(early, b"state/kitchen/" + name, b"%d" % n, b"meta")
    pub.send_multipart([b"state/kitchen/gone", b""])
    expect(early, b"state/kitchen/gone", b"")
    late = subscriber(backend, b"state/", b"state/kitchen/lamp", b"state/")
    expect(late, b"state/kitchen/lamp", b"2", b"meta")
    expect(late, b"state/kitchen/toaster", b"2", b"meta")
    silent(late)
    pub.send_multipart([b"state/kitchen/lamp", b"3"])
    expect(late, b"state/kitchen/lamp", b"3")
    expect(early, b"state/kitchen/lamp", b"3")
    silent(early)


def will(frontend, backend):
    sub = subscriber(backend, b"online/")
    pub = publisher(frontend)
    await_subscription(pub, b"online/")
    for name in (b"a/lost", b"a/polite"):
        pub.send_multipart([b"online/" + name, b'{"online":true}'])
        expect(sub, b"online/" + name, b'{"online":true}')
    pub.send_multipart([b"online/a/polite", b'{"online":false}'])
    expect(sub, b"online/a/polite", b'{"online":false}')
    pub.close()
    topic, payload, meta = receive(sub)
    assert (topic, payload) == (b"online/a/lost", b'{"online":false,"reason":"connection lost"}'), payload
    assert b'"from":"bus"' in meta, meta
    silent(sub)


def offline(frontend, backend):
    """A plain PUB that nobody listens to is told who is not there."""
    answers = subscriber(backend, b"ack/", b"online/")
    device = publisher(frontend)
    await_subscription(device, b"ack/")
    device.send_multipart([b"online/a/lost", b'{"online":true}'])
    expect(answers, b"online/a/lost", b'{"online":true}')
    device.close()
    assert receive(answers)[1] == b'{"online":false,"reason":"connection lost"}'
    pub = publisher(frontend)
    await_subscription(pub, b"command/")
    pub.send_multipart([b"command/a/never-heard-of", b'{"do":"on"}', b'{"id":"0"}'])
    pub.send_multipart([b"command/a/lost", b'{"do":"on"}', b'{"id":"1"}'])
    topic, payload, meta = receive(answers)
    assert topic == b"ack/a/lost", topic
    assert payload == b'{"id":"1","ok":false,"error":"a/lost is offline (connection lost)"}', payload
    assert b'"from":"bus"' in meta and b'"cause":"1"' in meta, meta
    pub.send_multipart([b"command/a/lost", b'{"do":"on"}'])
    assert receive(answers)[1] == b'{"ok":false,"error":"a/lost is offline (connection lost)"}'

    # It comes back, and answers by itself.
    commands = subscriber(backend, b"command/a/lost")
    device = publisher(frontend)
    await_subscription(device, b"command/")
    device.send_multipart([b"online/a/lost", b'{"online":true}'])
    expect(answers, b"online/a/lost", b'{"online":true}')
    for n in range(PATIENCE // 10):  # until its subscription has arrived
        pub.send_multipart([b"command/a/lost", b'{"do":"on"}', b'{"id":"2"}'])
        if commands.poll(10):
            break
    receive(commands)
    device.send_multipart([b"ack/a/lost", b'{"id":"2","ok":true}'])
    expect(answers, b"ack/a/lost", b'{"id":"2","ok":true}')
    device.close()


def mode(frontend, backend):
    """A mode answers, and remembers what it is."""
    home = subscriber(backend, b"state/home/mode", b"ack/home/mode")
    assert receive(home)[:2] == [b"state/home/mode", b'{"state":"home"}']
    pub = publisher(frontend)
    await_subscription(pub, b"ack/home/mode")
    for payload, answer in (
        (b'{"do":"set","value":"awya"}', b'{"ok":false,"error":"value is \\"awya\\"; want one of home, away, night"}'),
        (b'{"do":"set","value":"away"}', b'{"ok":true}'),
    ):
        pub.send_multipart([b"command/home/mode", payload])
        assert receive(home)[:2] == [b"ack/home/mode", answer]
    assert receive(home)[:2] == [b"state/home/mode", b'{"state":"away"}']
    late = subscriber(backend, b"state/home/", b"online/home/")
    got = dict(receive(late)[:2] for _ in range(4))
    assert got[b"state/home/mode"] == b'{"state":"away"}', got
    assert got[b"online/home/mode"] == b'{"online":true}', got


def appliance(frontend, backend):
    """Says that it is online, and stays until it is killed."""
    sub = subscriber(backend, b"online/a/killed")
    pub = publisher(frontend)
    await_subscription(pub, b"online/a/killed")
    pub.send_multipart([b"online/a/killed", b'{"online":true}'])
    receive(sub)
    print("online", flush=True)
    receive(sub)


def heartbeat(frontend, backend):
    sub = subscriber(backend, b"bus/heartbeat")
    first, second = receive(sub), receive(sub)
    assert b'"boot":"' in first[1] and b'"seq":' in second[1], (first, second)


def pinged(frontend, backend):
    """libzmq with heartbeats of its own stays connected, and so does one without."""
    sub = ctx.socket(zmq.SUB)
    sub.heartbeat_ivl, sub.heartbeat_timeout, sub.heartbeat_ttl = 100, 1000, 1000
    monitor = sub.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    sub.connect(backend)
    sub.subscribe(b"bus/heartbeat")
    for _ in range(3):
        receive(sub)
    assert not monitor.poll(0), "disconnected"


def monitored(frontend, backend, monitor):
    """A SUB at the monitor hears what MonitoredQueue of pyzmq would send."""
    listener = subscriber(monitor, b"")
    inward = subscriber(monitor, b"in")
    while receive(listener)[:2] != [b"in", b"bus/heartbeat"]:
        pass  # it listens, and hears the hub itself
    sub = subscriber(backend, b"light")
    expect(listener, b"out", b"\x01light")
    pub = publisher(frontend)
    await_subscription(pub, b"light")
    pub.send_multipart([b"light", b"ON", b"", b"x" * (1 << 20)])
    for s in (listener, inward):
        while (got := receive(s))[1] != b"light":
            assert got[1].startswith(b"bus/"), got
        assert got == [b"in", b"light", b"ON", b"", b"x" * (1 << 20)], [f[:20] for f in got]
    sub.close()
    while (got := receive(listener)) != [b"out", b"\x00light"]:
        assert got[1].startswith(b"bus/"), got


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
    ctx.destroy(linger=0)
