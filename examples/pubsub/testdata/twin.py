"""The other side of examples/pubsub, with libzmq:
twin.py station NAME ENDPOINT | average TOPIC ENDPOINT..."""
import random
import sys
import time
import zmq

context = zmq.Context()
if sys.argv[1] == "station":
    pub = context.socket(zmq.PUB)
    pub.bind(sys.argv[3])
    while True:
        town = random.choice(["weather/berlin", "weather/berlin-west", "weather/paris", "weather/rome"])
        pub.send_multipart([town.encode(), b"%d" % random.randint(-5, 34), sys.argv[2].encode()])
        time.sleep(0.005)
else:
    sub = context.socket(zmq.SUB)
    sub.subscribe(sys.argv[2])
    for where in sys.argv[3:]:
        sub.connect(where)
    readings = {}
    for _ in range(40):
        town, degrees, name = (frame.decode() for frame in sub.recv_multipart())
        readings.setdefault(town, []).append(int(degrees))
        print(f"{town}: {degrees} from {name}")
    for town, degrees in readings.items():
        print(f"average of {town}: {sum(degrees) / len(degrees):.1f} of {len(degrees)}")
