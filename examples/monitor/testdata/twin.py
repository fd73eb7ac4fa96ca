"""The other side of examples/monitor, with libzmq: a queue that is monitored, or a listener.
twin.py queue FRONTEND BACKEND MONITOR | listen MONITOR"""
import sys
import zmq
from zmq.devices import monitored_queue

context = zmq.Context()
if sys.argv[1] == "queue":
    frontend, backend, monitor = (context.socket(kind) for kind in (zmq.ROUTER, zmq.DEALER, zmq.PUB))
    for s, where in zip((frontend, backend, monitor), sys.argv[2:]):
        s.bind(where)
    monitored_queue(frontend, backend, monitor, b"in", b"out")
else:
    sub = context.socket(zmq.SUB)
    sub.subscribe("")
    sub.connect(sys.argv[2])
    while True:
        way, *frames = sub.recv_multipart()
        print(way.decode(), [frame.decode(errors="replace") for frame in frames])
