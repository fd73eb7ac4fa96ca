"""The other end of examples/pair, with libzmq: twin.py bind|connect ENDPOINT."""
import sys
import zmq

pair = zmq.Context().socket(zmq.PAIR)
(pair.bind if sys.argv[1] == "bind" else pair.connect)(sys.argv[2])
poller = zmq.Poller()
poller.register(pair, zmq.POLLIN)
poller.register(sys.stdin.fileno(), zmq.POLLIN)
while True:
    ready = dict(poller.poll())
    if pair in ready:
        print(repr(pair.recv_string()))
    if sys.stdin.fileno() in ready:
        pair.send_string(sys.stdin.readline().strip())
