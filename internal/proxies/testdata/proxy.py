"""libzmq's proxy as a queue or a streamer, to compare with.

    proxy.py queue|streamer

Prints its two ports, and runs until it is killed.
"""

import sys

import zmq

kinds = {"queue": (zmq.ROUTER, zmq.DEALER), "streamer": (zmq.PULL, zmq.PUSH)}
ctx = zmq.Context(2)
sockets = [ctx.socket(kind) for kind in kinds[sys.argv[1]]]
print(*[s.bind_to_random_port("tcp://127.0.0.1") for s in sockets], flush=True)
zmq.proxy(*sockets)
