"""Who is on the bus beside the page of examples/browser, with libzmq:
twin.py FRONTEND BACKEND. It says hello until it hears itself, and prints what it hears."""
import sys
import zmq

context = zmq.Context()
pub, sub = context.socket(zmq.PUB), context.socket(zmq.SUB)
pub.connect(sys.argv[1])
sub.connect(sys.argv[2])
sub.subscribe("event/")
while not sub.poll(50):
    pub.send_multipart([b"event/greeting", b"<b>hello</b>"])
while True:
    print([frame.decode() for frame in sub.recv_multipart()])
