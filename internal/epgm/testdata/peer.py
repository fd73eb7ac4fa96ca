"""The other side of interop_test.go: libzmq's epgm.

peer.py pub ENDPOINT KBITS COUNT PAUSE   publishes COUNT messages, one each PAUSE seconds,
                                         says "half" in the middle, and stays
peer.py sub ENDPOINT KBITS COUNT PAUSE   says "heard" once it hears the publisher, and
                                         then the digest of each of COUNT messages
Both end with their standard input.
"""
import hashlib
import os
import sys
import threading
import time

import zmq


def gone():
    sys.stdin.read()
    os._exit(0)


def message(i):
    number = b"%d" % i
    if i % 100 == 50:
        return [number, bytes([ord("a") + i // 100]) * 100_000]
    if i % 10 == 5:
        return [number, b"m" * 2000, b"", b"end"]
    return [number]


def digest(frames):
    sum = hashlib.sha256()
    for f in frames:
        sum.update(b"%d:" % len(f))
        sum.update(f)
    return sum.hexdigest()[:16]


role, endpoint = sys.argv[1:3]
kilobits, count, pause = int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
threading.Thread(target=gone, daemon=True).start()
context = zmq.Context()
socket = context.socket(zmq.PUB if role == "pub" else zmq.SUB)
socket.rate = kilobits
socket.set_hwm(10_000)
if role == "pub":
    socket.bind(endpoint)
    time.sleep(1)  # its session with the group begins
    for i in range(count):
        socket.send_multipart(message(i))
        if i == count // 2:
            print("half", flush=True)
        time.sleep(pause)
    threading.Event().wait()
socket.setsockopt(zmq.SUBSCRIBE, b"")
socket.connect(endpoint)
first = True
while count > 0:
    frames = socket.recv_multipart()
    if frames == [b"are you there?"]:
        if first:
            print("heard", flush=True)
        first = False
        continue
    print(digest(frames), flush=True)
    count -= 1
threading.Event().wait()
