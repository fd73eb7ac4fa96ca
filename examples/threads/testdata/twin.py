"""The other side of examples/threads, with libzmq, whose sockets need a lock between threads:
twin.py publisher|subscriber ENDPOINT"""
import sys
import threading
import zmq

THREADS, EACH = 10, 1000
role, where = sys.argv[1:]
context = zmq.Context()


def message(thread, n):
    name = f"thread/{thread}"
    return [name.encode(), b"%d" % n, (f"{name} " * (n % 100)).encode()]


def publish(thread):
    for n in range(1, EACH + 1):
        with lock:
            pub.send_multipart(message(thread, n))


if role == "publisher":
    lock, pub = threading.Lock(), context.socket(zmq.XPUB)
    pub.sndhwm = 0
    pub.bind(where)
    pub.recv()                              # a subscription
    threads = [threading.Thread(target=publish, args=(thread,)) for thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pub.close()
    context.term()                          # waits until all has gone out
else:
    sub = context.socket(zmq.SUB)
    sub.rcvhwm = 0
    sub.subscribe("")
    sub.connect(where)
    last = [0] * THREADS
    while sum(last) < THREADS * EACH:
        frames = sub.recv_multipart()
        if frames == [b"hello"]:
            continue
        thread = int(frames[0].split(b"/")[1])
        last[thread] += 1
        assert frames == message(thread, last[thread]), frames
    print(f"{THREADS * EACH} messages of {THREADS} threads, none lost, none torn")
