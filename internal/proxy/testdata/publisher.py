"""A publisher of libzmq that sends a message on each topic, again and again, until
it is killed. subset_test.go runs it: libzmq filters by what it is asked for.

    publisher.py tcp://HOST:PORT TOPIC...
"""

import sys
import time

import zmq

pub = zmq.Context().socket(zmq.PUB)
pub.connect(sys.argv[1])
while True:
    for topic in sys.argv[2:]:
        pub.send_multipart([topic.encode(), b"from libzmq"])
    time.sleep(0.005)
