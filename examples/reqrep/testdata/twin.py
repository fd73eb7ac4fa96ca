"""The other side of examples/reqrep, with libzmq:
twin.py server NAME ENDPOINT | client ENDPOINT..."""
import sys
import zmq

context = zmq.Context()
if sys.argv[1] == "server":
    rep = context.socket(zmq.REP)
    rep.bind(sys.argv[3])
    while True:
        rep.send_multipart([rep.recv(), sys.argv[2].encode()])
else:
    req = context.socket(zmq.REQ)
    for where in sys.argv[2:]:
        req.connect(where)
    for n in range(1, 1001):
        req.send_string(str(n))
        number, name = req.recv_multipart()
        print(f"{n}: answer [{number.decode()} {name.decode()}]")
