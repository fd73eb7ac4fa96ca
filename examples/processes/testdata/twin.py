"""The other side of examples/processes, with libzmq:
twin.py server ENDPOINT | client ENDPOINT..."""
import os
import sys
import zmq

context = zmq.Context()
if sys.argv[1] == "server":
    rep = context.socket(zmq.REP)
    rep.bind(sys.argv[2])
    print("server", os.getpid(), "is at", sys.argv[2])
    while True:
        rep.recv()
        rep.send_string(f"server {os.getpid()}")
req = context.socket(zmq.REQ)
for where in sys.argv[2:]:
    req.connect(where)
for _ in range(10):
    req.send_string("who is there?")
    print(f"client {os.getpid()}: {req.recv_string()}")
