"""The other side of examples/forwarder, with libzmq:
twin.py publisher FRONTEND | subscriber TOPIC BACKEND"""
import sys
import time
import zmq

context = zmq.Context()
if sys.argv[1] == "publisher":
    pub = context.socket(zmq.PUB)
    pub.connect(sys.argv[2])
    for n in range(1, 1_000_000):
        for town in "berlin", "paris", "rome", "vienna":
            pub.send_multipart([f"weather/{town}".encode(), b"sunny %d" % n])
        time.sleep(0.05)
else:
    sub = context.socket(zmq.SUB)
    sub.subscribe(sys.argv[2])
    sub.connect(sys.argv[3])
    while True:
        print("[" + " ".join(frame.decode() for frame in sub.recv_multipart()) + "]")
