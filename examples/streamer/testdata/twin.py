"""The other side of examples/streamer, with libzmq: twin.py feeder|worker NAME ENDPOINT."""
import sys
import zmq

role, name, where = sys.argv[1:]
s = zmq.Context().socket(zmq.PUSH if role == "feeder" else zmq.PULL)
s.connect(where)
if role == "feeder":
    for n in range(1, 1001):
        s.send_multipart([name.encode(), b"%d" % n])
else:
    while True:
        print(f"{name} does [" + " ".join(frame.decode() for frame in s.recv_multipart()) + "]")
