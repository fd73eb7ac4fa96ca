"""The same as examples/embedded, with libzmq and a proxy in a thread in the background,
which only the end of the process stops: twin.py FRONTEND BACKEND."""
import sys
import zmq
from zmq.devices import ThreadProxy

frontend, backend = sys.argv[1:]
proxy = ThreadProxy(zmq.ROUTER, zmq.DEALER)
proxy.bind_in(frontend)
proxy.bind_out(backend)
proxy.daemon = True
proxy.start()
rep = zmq.Context().socket(zmq.REP)
rep.connect(backend)
print("the queue is at", frontend)
while True:
    rep.send_string(rep.recv_string() + ", says one inside")
