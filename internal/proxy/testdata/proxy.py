"""libzmq's forwarder, for comparison: zmq.proxy between XSUB and XPUB without
high-water marks, on loopback ports that it prints. bench_test.go runs it.

    proxy.py IO_THREADS
"""

import sys

import zmq

ctx = zmq.Context(int(sys.argv[1]))
front, back = ctx.socket(zmq.XSUB), ctx.socket(zmq.XPUB)
for s in front, back:
    s.sndhwm = s.rcvhwm = 0
back.xpub_verbose = 1  # so that a publisher hears of every subscriber
ports = [s.bind_to_random_port("tcp://127.0.0.1") for s in (front, back)]
print(*ports, flush=True)
zmq.proxy(front, back)
