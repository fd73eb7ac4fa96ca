"""The other side of examples/multicast, with libzmq:
twin.py publisher ENDPOINT | subscriber PREFIX ENDPOINT"""
import sys
import time
import zmq

context = zmq.Context()
if sys.argv[1] == "publisher":
    pub = context.socket(zmq.PUB)
    pub.setsockopt(zmq.RATE, 1000)
    pub.connect(sys.argv[2])
    number = 0
    while True:
        number += 1
        for town in "berlin", "rome":
            pub.send_multipart([f"weather/{town}".encode(), b"sunny %d" % number])
        time.sleep(0.1)
else:
    sub = context.socket(zmq.SUB)
    sub.setsockopt(zmq.RATE, 1000)
    sub.subscribe(sys.argv[2])
    sub.connect(sys.argv[3])
    while True:
        print("[" + " ".join(frame.decode() for frame in sub.recv_multipart()) + "]")
