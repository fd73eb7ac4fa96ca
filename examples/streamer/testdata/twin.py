"""The other side of examples/streamer, with libzmq: twin.py feeder|worker NAME ENDPOINT."""
import sys
import zmq

role, name, where = sys.argv[1:]
context = zmq.Context()
s = context.socket(zmq.PUSH if role == "feeder" else zmq.PULL)
s.connect(where)
if role == "feeder":
    for n in range(1, 1001):
        s.send_multipart([name.encode(), b"%d" % n])
    s.close()
    context.term()                          # waits until all has gone out
else:
    while True:
        print(f"{name} does [" + " ".join(frame.decode() for frame in s.recv_multipart()) + "]")
