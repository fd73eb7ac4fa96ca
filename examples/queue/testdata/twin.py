"""The other side of examples/queue, with libzmq: twin.py server|client NAME ENDPOINT."""
import sys
import zmq

role, name, where = sys.argv[1:]
s = zmq.Context().socket(zmq.REP if role == "server" else zmq.REQ)
s.connect(where)
if role == "server":
    while True:
        s.send_string(f"{s.recv_string()}, says {name}")
for n in range(1, 101):
    s.send_string(f"{name}'s question {n}")
    print(s.recv_string())
